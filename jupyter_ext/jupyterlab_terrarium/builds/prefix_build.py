"""The steps of a build, in their order, from a lock to a complete prefix."""

from __future__ import annotations

import asyncio
import contextlib
import os
import platform as host
import secrets
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from ..conda import bytecode, externally_managed, install, link_scripts, manifest
from ..conda.bytecode_sources import find_origins
from ..conda.files import move_to_trash
from ..conda.runner import Workplace
from ..faults import fault_point
from ..models.build import BuildState, ResultEvent
from ..models.build_problem import BuildFailed
from ..models.lock import Lock, PlatformLock
from ..store.checks import require_space
from ..store.flock import FileLock, try_lock, wait_for_lock
from ..store.prefixes import InstalledInfo, discard_prefix, is_complete
from .job import Job
from .plain_files import PlainFiles
from .prefix_packages import PrefixPackages
from .sandbox import Sandbox
from .watchdog import Watchdog, too_large
from .worker_report import Report, bounded

_MACHINES = {"x86_64": "64", "AMD64": "64", "i686": "32", "arm64": "arm64"}


class PrefixBuild:
    """Builds at the final path, under the exclusive lock of the digest."""

    def __init__(self, job: Job, report: Report, watchdog: Watchdog) -> None:
        self.job = job
        self.layout = job.layout
        self.prefix = job.layout.prefix(job.where)
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
        if self.job.prove:
            self.own.mkdir(parents=True)
            asyncio.run(self._packages(part).prove())
        found = self._take_lock()
        if found is not None:
            return self._reused(found)
        fault_point("worker.locked")
        self._clear_own()
        return asyncio.run(self._build(lock, part))

    def fetch(self, files: Sequence[str]) -> ResultEvent:
        """Only have these package *files* (SHA-256) in the store, verified; one at a time.

        With ``job.keep_only`` as they are, among the kept ones: in the order of the lock, up to the
        first that is not to be had.
        """
        _, part = self.job.parts()
        wanted = set(files)
        part = part.model_copy(
            update={
                "conda": [package for package in part.conda if package.sha256 in wanted],
                "pip": [package for package in part.pip if package.sha256 in wanted],
            }
        )
        self._clear_own()
        if self.job.keep_only:
            asyncio.run(self._keep(part))
            return ResultEvent(ok=True)
        packages = self._packages(part)
        packages.fetcher.downloads = 1
        asyncio.run(packages.fetch())
        return ResultEvent(ok=True)

    async def _keep(self, part: PlatformLock) -> None:
        plain = PlainFiles(self.job, self.layout, self.own, self.report)
        for package in part.files:
            require_space(self.layout.root, package.size, self.job.disk_reserve)
            await plain.keep(package)

    def clean_up(self, ok: bool) -> None:
        """Remove the worker's own directory: a few links, or whatever a failure left in it."""
        with contextlib.suppress(OSError):
            if ok:
                shutil.rmtree(self.own, ignore_errors=True)
            else:
                move_to_trash(self.own, self.layout.trash)

    def hold(self) -> FileLock:
        """Hold the complete prefix as a kernel does, in place of the builder's lock."""
        if self._held:
            self._held[0].release()
        held = wait_for_lock(
            self.layout.lock(self.job.digest), lambda: False, lambda: None, shared=True
        )
        assert held is not None
        return held

    def discard(self) -> None:
        """Put the prefix away if this build was making it."""
        if self.owns_prefix:
            discard_prefix(self.layout, self.job.where)

    def _take_lock(self) -> InstalledInfo | None:
        """Hold the lock, or give what another build has completed meanwhile."""

        def complete() -> bool:
            return is_complete(self.layout, self.job.where) is not None

        held = wait_for_lock(
            self.layout.lock(self.job.where),
            complete,
            lambda: self.report.log("another build is making this very prefix: waiting for it"),
        )
        found = is_complete(self.layout, self.job.where)
        if held is not None:
            self._held.append(held)
            if found is None:
                self.owns_prefix = True
                if discard_prefix(self.layout, self.job.where):
                    self.report.log("an earlier build left an incomplete prefix: put away")
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
        self.own.mkdir(parents=True, exist_ok=True)

    async def _build(self, lock: Lock, part: PlatformLock) -> ResultEvent:
        store = self.layout.bytecode
        packages = self._packages(part)
        await packages.fetch()
        # From here on, what the packages say of themselves: the lock is anybody's text.
        place, part = packages.place, packages.part
        if self.job.limits.max_bytes:
            packages.check_size(self.job.limits.max_bytes)
            self.watchdog.growing = lambda: tree_size(self.prefix)
        scripts = link_scripts.find(part.conda, packages.entries)
        permitted = set(lock.run_link_scripts)
        copy = any(package.name in permitted for package in scripts)
        records = await packages.link(copy, self.discard)
        fault_point("link.linked")

        self.report.phase(BuildState.FINISHING)
        files = manifest.FileList()
        overrides = install.true_hashes(part.conda, packages.entries)
        files.add_conda(self.prefix, records, overrides)
        install.write_state(self.prefix, lock.variables)
        if part.pip:
            self._install_wheels(place, files)
            fault_point("wheel.installed")
        externally_managed.write(place, files)
        cached = bytecode.verified(store, part)
        origins = find_origins(part, records, packages.entries, self.layout.wheels)
        compiled = bytecode.add_bytecode(place, store, origins, cached)
        fault_point("finish.compiled")
        link_scripts.run(place, scripts, permitted, self.job.link_script_policy, files)
        return self._complete(part, files, compiled)

    def _packages(self, part: PlatformLock) -> PrefixPackages:
        return PrefixPackages(self.job, self.layout, self._workplace(part), self.report)

    def _workplace(self, part: PlatformLock) -> Workplace:
        limits = self.job.limits
        sandbox = Sandbox(
            self.prefix,
            self.own,
            self.job.sandbox,
            max_file_bytes=limits.max_bytes,
            memory_bytes=limits.memory_bytes,
        )
        report, trash = self.report, self.layout.trash
        return Workplace(self.prefix, self.own, trash, part, sandbox, report.log, report.warn)

    def _install_wheels(self, place: Workplace, files: manifest.FileList) -> None:
        from ..conda import pip_install

        pip_install.install(place, self.layout.wheels, files)

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
            warnings=bounded(self.report.warnings),
            bytecode=compiled.keys,
            differing=files.differing,
        )
        content = manifest.Manifest(part.platform, self.job.digest, list(files.files.values()))
        # From here on no limit ends the build: it is about to become visible.
        self.watchdog.close()
        manifest.write(self.prefix, content, installed)
        fault_point("manifest.written")
        self.owns_prefix = False
        # Kernels may take the shared lock at once.
        self._held[0].release()
        return ResultEvent(
            ok=True,
            warnings=installed.warnings,
            size=size,
            files=installed.files,
            kernels=installed.kernels,
        )


def tree_size(directory: Path) -> int:
    """Bytes of all files below *directory*; 0 while it is not there."""
    try:
        return sum(size for _, size, _ in link_scripts.snapshot(directory).values())
    except FileNotFoundError:
        return 0


def host_platform() -> str:
    """conda's name for this machine, e.g. `linux-64` (CEP 26)."""
    system = {"linux": "linux", "darwin": "osx", "win32": "win"}.get(sys.platform, sys.platform)
    machine = host.machine()
    return f"{system}-{_MACHINES.get(machine, machine)}"
