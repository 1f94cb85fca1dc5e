"""The package half of a build: from locked package files to files linked into the prefix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ..conda import install
from ..conda.download import download, make_client
from ..conda.fetch import Fetcher, compare_hash
from ..conda.kept_files import KeptFiles
from ..conda.package_facts import true_part
from ..conda.private_files import PrivateFiles, channel_of
from ..conda.runner import Workplace
from ..conda.seal import Entry, altered_file, read_paths, reseal
from ..conda.sources import PackageSources
from ..models.build import BuildState
from ..models.build_problem import CredentialsMissing, PackageMissing
from ..models.lock import PlatformLock
from ..models.problem import ChannelForbidden
from ..store.checks import require_space
from ..store.paths import Layout
from .job import Job
from .store_files import TeamStoreFiles
from .watchdog import megabytes, too_large
from .worker_report import Report

# While it is unpacked, a package file lies beside its content, about three times as large.
UNPACKED = 4
SPARE_BYTES = 20_000_000


@dataclass
class PrefixPackages:
    """Fetches, verifies and links; *entries* are the cache entries by SHA-256.

    After :meth:`fetch`, *part* and *place* hold what the packages say of themselves, no longer
    what the lock says of them.
    """

    job: Job
    layout: Layout
    place: Workplace
    report: Report

    def __post_init__(self) -> None:
        layout = self.layout
        self.part: PlatformLock = self.place.part
        self.entries: dict[str, Entry] = {}
        job, log = self.job, self.report.log
        sources = PackageSources(
            make_client(job.mirrors, job.offline),
            KeptFiles(layout.blobs, layout.trash, job.keep_package_files),
            None if job.store_files is None else TeamStoreFiles(job.store_files, log),
            PrivateFiles(layout.private, tuple(job.private_channels)),
            log,
        )
        self.fetcher = Fetcher(layout.packages, self.place.own, layout.trash, sources, log=log)

    async def fetch(self) -> None:
        """Have every package file and wheel in the store, verified."""
        self.report.phase(BuildState.FETCHING)
        part, fetcher = self.part, self.fetcher
        self.entries = fetcher.cached(part.conda)
        missing = [package for package in part.conda if package.sha256 not in self.entries]
        known, total = len(self.entries), len(part.conda) + len(part.pip)
        conda_size = sum(package.size for package in missing)
        size = conda_size + sum(package.size for package in part.pip)
        self._check_disk(size)
        if missing:
            self.report.log(f"fetching {len(missing)} package files, {megabytes(conda_size)}")

        def on_progress(packages: int, received: int, current: str) -> None:
            self.report.progress(known + packages, total, received, size, current)

        fetcher.on_progress = on_progress
        self.entries.update(await fetcher.fetch(missing))
        if part.pip:
            await self._fetch_wheels(conda_size, size, total)
        self.part = true_part(part, self.entries)
        self.place = replace(self.place, part=self.part)
        self.report.progress(total, total, size, size, last=True)

    async def prove(self) -> None:
        """Have the files of ``job.prove`` handed out by their own address, else raise.

        Without a login, unless the address is one that this build may use with one.
        """
        job, files = self.job, self.fetcher.sources.private
        assert files is not None
        for package in self.part.files:
            if package.sha256 not in job.prove:
                continue
            self.report.log(f"{package.file_name} is asked for where the lock says it is from")
            own = channel_of(package.url, files.channels) is not None
            client = make_client(job.mirrors, job.offline, login=own)
            target = self.place.own / "proof"
            try:
                found = await download(client, package.url, target, lambda _: None)
            except (CredentialsMissing, PackageMissing) as error:
                raise ChannelForbidden(
                    f"{package.file_name} is here from a channel that this namespace may not use, "
                    f"and where the lock says it is from it is not handed out: {error.message}",
                    "Make a new version, so that it is solved against channels that the namespace "
                    "may use, or ask the administrator of the store for access to the channel.",
                ) from error
            target.unlink()
            compare_hash(package, found)
            files.is_proven(package.sha256, package.url)

    async def _fetch_wheels(self, received: int, size: int, total: int) -> None:
        from ..conda.pip_install import fetch_wheels

        def on_bytes(count: int, current: str) -> None:
            nonlocal received
            received += count
            self.report.progress(len(self.entries), total, received, size, current)

        layout, place = self.layout, self.place
        await fetch_wheels(
            self.fetcher.sources,
            layout.wheels,
            place.own,
            place.trash,
            self.part.pip,
            on_bytes,
        )

    async def link(self, copy: bool, discard: Callable[[], object]) -> list[dict[str, Any]]:
        """Link everything into the prefix; gives the ``conda-meta`` records.

        Cached files that turn out to be altered are fetched again; *discard* puts the prefix
        away before the next attempt.
        """
        self.report.phase(BuildState.LINKING)
        prefix, part = self.place.prefix, self.part
        total = len(part.conda)

        def on_linked(done: int, name: str) -> None:
            self.report.progress(done, total, current=name, last=done == total)

        for attempt in (1, 2, 3):
            view = install.make_view(self.place.own, self.entries)
            try:
                await install.link(part.conda, view, prefix, part.platform, on_linked, copy)
                return install.settle_conda_meta(prefix, part.conda, view)
            except Exception:
                # py-rattler says in prose which entry it refused: look for ourselves. When all
                # are right now, another build has exchanged one while we were linking it.
                if attempt == 3 or not await self._repair(fresh=attempt == 2):
                    raise
                discard()
        raise AssertionError("unreachable")

    async def _repair(self, fresh: bool) -> bool:
        """Fetch again what was altered; whether another attempt to link makes sense.

        What is wrong although it is *fresh* was published so, under the SHA-256 of the lock.
        """
        current = self.fetcher.cached(self.part.conda)
        altered = [
            package
            for package in self.part.conda
            if (entry := current.get(package.sha256)) is None
            or (not entry.lenient and altered_file(entry) is not None)
        ]
        if not fresh:
            for package in altered:
                if package.sha256 in current:
                    self.fetcher.discard(package)
            self.entries = {**current, **await self.fetcher.fetch(altered)}
            return True
        for package in altered:
            self.report.log(f"{package.file_name} has wrong hashes in its own paths.json")
            self.entries[package.sha256] = reseal(self.entries[package.sha256])
        return bool(altered)

    def _check_disk(self, download: int) -> None:
        needed = download * UNPACKED + SPARE_BYTES
        require_space(self.layout.root, needed, self.job.disk_reserve)

    def check_size(self, limit: int) -> None:
        """Refuse before linking what would be larger than *limit* bytes: packages say that."""
        size = sum(
            path.get("size_in_bytes") or 0
            for entry in self.entries.values()
            for path in read_paths(entry.directory)
        )
        if size > limit:
            raise too_large(size, limit)
