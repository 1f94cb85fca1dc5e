"""Solve and install from a channel on disk, run what was installed, write wheels by hand."""

from __future__ import annotations

import asyncio
import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rattler import (
    Channel,
    Gateway,
    MatchSpec,
    RepoDataRecord,
    VirtualPackage,
    VirtualPackageOverrides,
    install,
    solve,
)


def solve_in(channel: Path, *specs: str, **options: Any) -> list[RepoDataRecord]:
    """Solve for this host in a channel on disk."""
    options.setdefault("platforms", ["linux-64", "noarch"])
    detected = VirtualPackage.detect(VirtualPackageOverrides.from_env())
    options.setdefault("virtual_packages", detected)

    async def run() -> list[RepoDataRecord]:
        return await solve(
            [Channel(channel.as_uri())],
            [MatchSpec(spec) for spec in specs],
            gateway=Gateway(),
            **options,
        )

    return asyncio.run(run())


def install_from(channel: Path, prefix: Path, *specs: str) -> list[RepoDataRecord]:
    """Solve and link into *prefix*."""
    records = solve_in(channel, *specs)

    async def run() -> None:
        cache = prefix.parent / "packages"
        await install(records, prefix, cache_dir=cache, show_progress=False)

    asyncio.run(run())
    return records


def run_in(prefix: Path, *command: str) -> str:
    """Standard output of a program of *prefix*, run without the tests' own environment."""
    done = subprocess.run(
        [str(prefix / "bin" / command[0]), *command[1:]],
        capture_output=True,
        text=True,
        env={"HOME": str(prefix.parent), "PATH": f"{prefix}/bin:/usr/bin:/bin"},
        cwd="/",
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def make_wheel(
    directory: Path,
    name: str,
    version: str = "1.0",
    *,
    tag: str = "py3-none-any",
    files: Mapping[str, str | bytes] | None = None,
    executable: Iterable[str] = (),
    requires: Sequence[str] = (),
    entry_points: str = "",
    headers: Sequence[str] = (),
) -> Path:
    """Write a small wheel by hand."""
    directory.mkdir(parents=True, exist_ok=True)
    stem = f"{name.replace('-', '_')}-{version}"
    metadata = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *headers]
    metadata += [f"Requires-Dist: {item}" for item in requires]
    content: dict[str, str | bytes] = dict(files or {})
    info = f"{stem}.dist-info"
    content[f"{info}/METADATA"] = "\n".join(metadata) + "\n\n"
    pure = "true" if tag.endswith("-any") else "false"
    content[f"{info}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: {pure}\nTag: {tag}\n"
    )
    if entry_points:
        content[f"{info}/entry_points.txt"] = entry_points
    content[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in content)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as wheel:
        for path, data in content.items():
            member = zipfile.ZipInfo(path, (2024, 5, 6, 7, 8, 10))
            member.external_attr = (0o755 if path in executable else 0o644) << 16
            wheel.writestr(member, data)
    target = directory / f"{stem}-{tag}.whl"
    target.write_bytes(buffer.getvalue())
    return target


def interpreters() -> list[Path]:
    """One CPython of each kind and version on this host: the system's, and pyenv's."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    found = {path.resolve(): path for path in sorted(root.glob("versions/3.*/bin/python3.1?"))}
    system = shutil.which("python3", path="/usr/bin")
    if system:
        found[Path(system).resolve()] = Path(system)
    return list(found.values())
