"""Makes tiny packages, locks and jobs, and runs real workers on them."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from jupyterlab_terrarium.builds.prefix_build import host_platform
from jupyterlab_terrarium.builds.processes import kill_worker
from jupyterlab_terrarium.models.build import ProgressEvent, ResultEvent, WorkerEvent
from jupyterlab_terrarium.models.digest import platform_digest
from jupyterlab_terrarium.models.lock import CondaPackage, Lock, PipPackage, PlatformLock
from jupyterlab_terrarium.store.paths import Layout

PLACEHOLDER = "/placehold_" * 20
EVENTS: TypeAdapter[Any] = TypeAdapter(WorkerEvent)
PLATFORM = host_platform()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def make_package(
    channel: Path,
    name: str,
    files: Mapping[str, bytes | str],
    *,
    version: str = "1.0",
    links: Mapping[str, str] | None = None,
    wrong_hashes: bool = False,
    also: Sequence[str] = (),
    binary: bool = False,
) -> CondaPackage:
    """A conda package in *channel*; text with PLACEHOLDER gets the prefix written in."""
    directory = channel / "noarch"
    directory.mkdir(parents=True, exist_ok=True)
    contents = {
        path: data.encode() if isinstance(data, str) else data for path, data in files.items()
    }
    paths: list[dict[str, Any]] = []
    for path, data in contents.items():
        entry: dict[str, Any] = {
            "_path": path,
            "path_type": "hardlink",
            "sha256": sha256(b"something else" if wrong_hashes else data),
            "size_in_bytes": len(data),
        }
        if PLACEHOLDER.encode() in data:
            entry |= {
                "prefix_placeholder": PLACEHOLDER,
                "file_mode": "binary" if binary else "text",
            }
        paths.append(entry)
    paths += [
        {"_path": path, "path_type": "softlink", "size_in_bytes": 0} for path in (links or {})
    ]
    paths += [{"_path": path, "path_type": "hardlink", "size_in_bytes": 0} for path in also]
    index = {
        "name": name,
        "version": version,
        "build": "0",
        "build_number": 0,
        "subdir": "noarch",
        "noarch": "generic",
        "depends": [],
    }
    contents["info/index.json"] = json.dumps(index).encode()
    contents["info/paths.json"] = json.dumps({"paths": paths, "paths_version": 1}).encode()
    archive = directory / f"{name}-{version}-0.tar.bz2"
    with tarfile.open(archive, "w:bz2") as tar:
        for path, data in contents.items():
            info = tarfile.TarInfo(path)
            info.size = len(data)
            info.mode = 0o755 if path.startswith("bin/") else 0o644
            info.mtime = 1_700_000_000
            tar.addfile(info, io.BytesIO(data))
        for path, target in (links or {}).items():
            info = tarfile.TarInfo(path)
            info.type, info.linkname = tarfile.SYMTYPE, target
            tar.addfile(info)
    data = archive.read_bytes()
    return CondaPackage(
        name=name,
        version=version,
        build="0",
        subdir="noarch",
        url=archive.as_uri(),
        channel=channel.as_uri(),
        sha256=sha256(data),
        size=len(data),
        noarch="generic",
        requested=name,
    )


def make_lock(
    conda: Sequence[CondaPackage],
    pip: Sequence[PipPackage] = (),
    variables: Mapping[str, str] | None = None,
    run_link_scripts: Sequence[str] = (),
) -> Lock:
    part = PlatformLock(platform=PLATFORM, conda=list(conda), pip=list(pip))
    return Lock(
        platforms=[part],
        variables=dict(variables or {}),
        run_link_scripts=list(run_link_scripts),
    )


def another(lock: Lock) -> Lock:
    """The same packages under another digest."""
    return lock.model_copy(update={"variables": {**lock.variables, "OTHER": uuid.uuid4().hex}})


def solve_lock(channel_url: str, specs: Sequence[str]) -> Lock:
    """A lock of real packages."""
    from rattler import Gateway, MatchSpec, VirtualPackage, solve

    async def run() -> list[Any]:
        return await solve(
            [channel_url],
            [MatchSpec(spec) for spec in specs],
            gateway=Gateway(),
            platforms=[PLATFORM, "noarch"],
            virtual_packages=[one.into_generic() for one in VirtualPackage.detect()],
        )

    records = asyncio.run(run())
    wanted = {spec.split()[0]: spec for spec in specs}
    packages = [
        CondaPackage(
            name=record.name.normalized,
            version=str(record.version),
            build=str(record.build),
            build_number=record.build_number,
            subdir=record.subdir,
            url=record.url,
            channel=record.channel.rstrip("/"),
            sha256=record.sha256.hex(),
            md5=record.md5.hex() if record.md5 else "",
            size=record.size or 0,
            noarch="" if record.noarch.none else "python" if record.noarch.python else "generic",
            depends=record.depends,
            constrains=record.constrains,
            requested=wanted.get(record.name.normalized, ""),
            python_site_packages_path=record.python_site_packages_path or "",
        )
        for record in records
    ]
    return make_lock(packages)


def make_job(root: Path, lock: Lock, **more: Any) -> dict[str, Any]:
    return {
        "build_id": uuid.uuid4().hex,
        "root": str(root),
        "lock": lock.model_dump(),
        "platform": PLATFORM,
        "digest": platform_digest(lock, PLATFORM),
        "nice": 0,
        **more,
    }


@dataclass
class Outcome:
    """What a worker did: its exit status, its events, the prefix that it was to make."""

    code: int
    events: list[Any]
    job: dict[str, Any]
    stderr: str = ""
    layout: Layout = field(init=False)

    def __post_init__(self) -> None:
        self.layout = Layout(Path(self.job["root"]))

    @property
    def prefix(self) -> Path:
        return self.layout.prefix(self.job["digest"])

    @property
    def result(self) -> ResultEvent:
        assert self.events, self.stderr
        last = self.events[-1]
        assert isinstance(last, ResultEvent), self.stderr
        return last

    @property
    def problem(self) -> str:
        """The code of the problem, or empty."""
        return self.result.problem.code if self.result.problem else ""

    @property
    def log(self) -> str:
        return "\n".join(event.line for event in self.events if event.kind == "log")

    @property
    def progress(self) -> list[ProgressEvent]:
        return [event for event in self.events if event.kind == "progress"]

    def ready(self) -> Outcome:
        """This outcome, if the prefix is ready; else fails with the reason."""
        assert self.code == 0, (self.stderr, self.events[-3:])
        assert self.result.ok
        return self


def start_worker(
    job: Mapping[str, Any], env: Mapping[str, str] | None = None, **more: Any
) -> subprocess.Popen[bytes]:
    """A worker in its own process group, with the job on its standard input."""
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab_terrarium.builds.worker", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, **(env or {})},
        **more,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(job).encode())
    process.stdin.close()
    process.stdin = None
    return process


def finish(process: subprocess.Popen[bytes], job: Mapping[str, Any]) -> Outcome:
    out, error = process.communicate(timeout=120)
    events = [EVENTS.validate_json(line) for line in out.splitlines()]
    return Outcome(process.returncode, events, dict(job), error.decode())


def build(root: Path, lock: Lock, **more: Any) -> Outcome:
    """Run one worker to its end."""
    job = make_job(root, lock, **more)
    return finish(start_worker(job), job)


def cancel(process: subprocess.Popen[bytes]) -> None:
    """Cancel a worker as the supervisor does."""
    kill_worker(process.pid)
    process.communicate()


def processes_with(text: str) -> list[str]:
    """Command lines (Linux: and environments) of living processes that contain *text*."""
    listing = subprocess.run(["ps", "-eo", "pid=,stat=,args="], capture_output=True, text=True)
    return [
        line
        for line in listing.stdout.splitlines()
        if text in line and " Z" not in line[:12] and " ps -eo" not in line
    ]
