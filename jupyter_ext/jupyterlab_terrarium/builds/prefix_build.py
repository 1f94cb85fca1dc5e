"""The steps of a build, in their order, from a lock to a complete prefix."""

from __future__ import annotations

import asyncio
import os
import platform as host
import secrets
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..conda import bytecode, externally_managed, install, link_scripts, manifest, pip_install
from ..conda.download import make_client
from ..conda.fetch import Fetcher
from ..conda.files import move_to_trash
from ..conda.runner import Workplace
from ..conda.seal import Entry, altered_file, read_paths, reseal
from ..models.build import BuildState, ResultEvent
from ..models.lock import Lock, PlatformLock
from ..models.problem import BuildFailed, DiskFull
from ..store.flock import FileLock, try_lock, wait_for_lock
from ..store.prefixes import InstalledInfo, discard_prefix, is_complete
from .job import Job
from .sandbox import Sandbox
from .watchdog import Watchdog, megabytes, too_large
from .worker_report import Report

# While it is unpacked, a package file lies beside its content, about three times as large.
UNPACKED = 4
SPARE_BYTES = 20_000_000
_MACHINES = {"x86_64": "64", "AMD64": "64", "i686": "32", "arm64": "arm64"}


class PrefixBuild:
    """Builds at the final path, under the exclusive lock of the digest."""

    def __init__(self, job: Job, report: Report, watchdog: Watchdog) -> None:
        self.job = job
        self.layout = job.layout
        self.prefix = job.layout.prefix(job.digest)
        self.report = report
        self.watchdog = watchdog
        self.owns_prefix = False
        self.own = self.layout.worker(job.worker) / f"{os.getpid()}-{secrets.token_hex(4)}"
        self._held: list[FileLock] = []

    def run(self) -> ResultEvent:
        """Do it all. Raises what :func:`builds.failure.explain` explains."""
        lock, part = self.job.parts()
        if part.platform != host_platform():
            raise BuildFailed(
                f"A prefix for {part.platform} cannot be made on this machine, which is "
                f"{host_platform()}.",
                hint="Build it on a machine of that kind; the lock is valid there.",
            )
        self.layout.create()
        found = self._take_lock()
        if found is not None:
            return self._reused(found)
        self._clear_own()
        return asyncio.run(self._build(lock, part))

    def clean_up(self) -> None:
        """Remove the worker's own directory: a few links, and what a failure left."""
        if self.own.exists():
            shutil.rmtree(self.own, ignore_errors=True)

    def _take_lock(self) -> InstalledInfo | None:
        def complete() -> bool:
            return is_complete(self.layout, self.job.digest) is not None

        held = wait_for_lock(
            self.layout.lock(self.job.digest),
            complete,
            lambda: self.report.log("another build is making this very prefix: waiting for it"),
        )
        if held is None:
            return is_complete(self.layout, self.job.digest)
        self._held.append(held)
        found = is_complete(self.layout, self.job.digest)
        if found is None:
            self.owns_prefix = True
            if discard_prefix(self.layout, self.job.digest):
                self.report.log("an earlier build left an incomplete prefix: moved to the trash")
        return found

    def _reused(self, found: InstalledInfo) -> ResultEvent:
        self.report.log(f"the prefix is there already: {self.prefix}")
        return ResultEvent(
            ok=True,
            warnings=found.warnings,
            size=found.size,
            files=found.files,
            kernels=found.kernels,
            reused=True,
        )

    def _clear_own(self) -> None:
        """Put away what killed workers of this slot left, if no other one uses it now."""
        slot = self.own.parent
        held = try_lock(slot.with_name(f"{slot.name}.lock"))
        if held is not None:
            self._held.append(held)
            if slot.is_dir():
                for left in slot.iterdir():
                    move_to_trash(left, self.layout.trash)
        self.own.mkdir(parents=True)

    async def _build(self, lock: Lock, part: PlatformLock) -> ResultEvent:
        place = self._workplace(part)
        fetcher = self._fetcher()
        entries = await self._fetch(fetcher, part)
        self._check_size(entries)
        scripts = link_scripts.find(part.conda, entries)
        permitted = set(lock.run_link_scripts)
        copy = any(package.name in permitted for package in scripts)
        records, entries = await self._link(fetcher, part, entries, copy)

        self.report.phase(BuildState.FINISHING)
        files = manifest.FileList()
        files.add_conda(self.prefix, records, install.true_hashes(part.conda, entries))
        install.write_state(self.prefix, lock.variables)
        pip_files = pip_install.install(place, self.layout.wheels, self.layout.uv_cache, files)
        externally_managed.write(place, files)
        compiled = bytecode.add_bytecode(
            place, self.layout.bytecode, _installed_paths(part, records, pip_files)
        )
        link_scripts.run(place, scripts, permitted, self.job.link_script_policy, files)
        return self._complete(part, files, compiled)

    def _workplace(self, part: PlatformLock) -> Workplace:
        limits = self.job.limits
        sandbox = Sandbox(
            self.prefix,
            self.own,
            self.job.sandbox,
            max_file_bytes=limits.max_bytes,
            memory_bytes=limits.memory_bytes,
        )
        report = self.report
        return Workplace(
            self.prefix, self.own, self.layout.trash, part, sandbox, report.log, report.warn
        )

    def _fetcher(self) -> Fetcher:
        client = make_client(self.job.mirrors, self.job.offline)
        layout = self.layout
        return Fetcher(layout.packages, self.own, layout.trash, client, log=self.report.log)

    async def _fetch(self, fetcher: Fetcher, part: PlatformLock) -> dict[str, Entry]:
        self.report.phase(BuildState.FETCHING)
        entries = fetcher.cached(part.conda)
        missing = [package for package in part.conda if package.sha256 not in entries]
        known, total = len(entries), len(part.conda) + len(part.pip)
        size = sum(p.size for p in missing) + sum(p.size for p in part.pip)
        self._check_disk(size)
        if missing:
            self.report.log(f"fetching {len(missing)} package files, {megabytes(size)}")

        def on_progress(packages: int, received: int, current: str) -> None:
            self.report.progress(known + packages, total, received, size, current)

        fetcher.on_progress = on_progress
        entries.update(await fetcher.fetch(missing))
        received = sum(package.size for package in missing)

        def on_wheel(count: int, current: str) -> None:
            nonlocal received
            received += count
            self.report.progress(len(entries), total, received, size, current)

        await pip_install.fetch_wheels(
            fetcher.client, self.layout.wheels, self.own, self.layout.trash, part.pip, on_wheel
        )
        self.report.progress(total, total, size, size, last=True)
        return entries

    async def _link(
        self, fetcher: Fetcher, part: PlatformLock, entries: dict[str, Entry], copy: bool
    ) -> tuple[list[dict[str, Any]], dict[str, Entry]]:
        self.report.phase(BuildState.LINKING)
        total = len(part.conda)

        def on_linked(done: int, name: str) -> None:
            self.report.progress(done, total, current=name, last=done == total)

        for attempt in (1, 2, 3):
            view = install.make_view(self.own, entries)
            try:
                await install.link(part.conda, view, self.prefix, part.platform, on_linked, copy)
                return install.settle_conda_meta(self.prefix, part.conda, view), entries
            except install.AlteredEntry:
                if attempt == 3:
                    raise
                discard_prefix(self.layout, self.job.digest)
                entries = await self._repair(fetcher, part, entries, fresh=attempt == 2)
        raise AssertionError("unreachable")

    async def _repair(
        self, fetcher: Fetcher, part: PlatformLock, entries: dict[str, Entry], fresh: bool
    ) -> dict[str, Entry]:
        """Fetch again what was altered; what is wrong although *fresh* is so in the channel."""
        entries = {**entries}
        altered = [p for p in part.conda if altered_file(entries[p.sha256]) is not None]
        if fresh:
            for package in altered:
                self.report.log(f"{package.file_name} has wrong hashes in its own paths.json")
                entries[package.sha256] = reseal(entries[package.sha256])
            return entries
        for package in altered:
            fetcher.discard(package)
        return {**entries, **await fetcher.fetch(altered)}

    def _check_disk(self, download: int) -> None:
        status = os.statvfs(self.layout.root)
        free = status.f_bavail * status.f_frsize
        needed = download * UNPACKED + SPARE_BYTES
        if free < needed:
            raise DiskFull(
                f"The build needs about {megabytes(needed)} on the disk that holds "
                f"{self.layout.root}, and {megabytes(free)} are free.",
                hint="Delete environments that nobody needs, or give the store another disk.",
            )

    def _check_size(self, entries: Mapping[str, Entry]) -> None:
        """Refuse before linking what would be too large: packages say how large their files are."""
        limit = self.job.limits.max_bytes
        if not limit:
            return
        size = sum(
            path.get("size_in_bytes") or 0
            for entry in entries.values()
            for path in read_paths(entry.directory)
        )
        if size > limit:
            raise too_large(size, limit)
        self.watchdog.growing = lambda: tree_size(self.prefix)

    def _complete(
        self, part: PlatformLock, files: manifest.FileList, compiled: bytecode.Linked
    ) -> ResultEvent:
        meta = sorted(path.name for path in (self.prefix / "conda-meta").iterdir())
        files.add_generated(self.prefix, [f"conda-meta/{name}" for name in meta])
        size = files.size + compiled.size
        if self.job.limits.max_bytes and size > self.job.limits.max_bytes:
            raise too_large(size, self.job.limits.max_bytes)
        installed = InstalledInfo(
            digest=self.job.digest,
            platform=part.platform,
            path=str(self.prefix),
            size=size,
            files=len(files.files) + compiled.files,
            kernels=manifest.find_kernels(self.prefix),
            warnings=self.report.warnings,
            bytecode=compiled.keys,
            differing=files.differing,
        )
        content = manifest.Manifest(part.platform, self.job.digest, list(files.files.values()))
        # From here on no limit ends the build: it is about to become visible.
        self.watchdog.close()
        manifest.write(self.prefix, content, installed)
        self.owns_prefix = False
        return ResultEvent(
            ok=True,
            warnings=installed.warnings,
            size=size,
            files=installed.files,
            kernels=installed.kernels,
        )


def _installed_paths(
    part: PlatformLock, records: list[dict[str, Any]], pip_files: Mapping[str, list[str]]
) -> dict[str, tuple[str, list[str]]]:
    """SHA-256 of the package file and paths in the prefix, by package."""
    found = {
        f"conda:{record['name']}": (str(record["sha256"]), list(record["files"]))
        for record in records
    }
    found.update({f"pip:{p.name}": (p.sha256, pip_files[p.name]) for p in part.pip})
    return found


def tree_size(directory: Path) -> int:
    """Bytes of all files below *directory*."""
    return sum(size for _, size, _ in link_scripts.snapshot(directory).values())


def host_platform() -> str:
    """conda's name for this machine, e.g. `linux-64` (CEP 26)."""
    system = {"linux": "linux", "darwin": "osx", "win32": "win"}.get(sys.platform, sys.platform)
    machine = host.machine()
    return f"{system}-{_MACHINES.get(machine, machine)}"
