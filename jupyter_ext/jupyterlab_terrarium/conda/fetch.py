"""Fetching package files into the shared cache, verified before anything can be linked.

Every missing package file takes the same way, whatever its origin: its bytes are copied into the
worker's own directory while they are hashed, extracted there (the bytes that the extraction read
are hashed a second time), compared with the lock, sealed, and renamed into the shared cache.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ..faults import fault_point
from ..models.build_problem import BuildFailed, HashMismatch
from ..models.lock import CondaPackage, PipPackage
from .files import move_to_trash
from .seal import Entry, entry_name, open_entry, seal
from .sources import PackageSources

ATTEMPTS = 3
DOWNLOADS = 6


class FetchProgress(Protocol):
    """Who wants to know how far fetching is."""

    def __call__(self, packages: int, received: int, current: str) -> None:
        """*packages* and *received* bytes are done; *current* is being worked on."""


@dataclass
class Fetcher:
    """Fetches into *packages* (shared), by way of *own* (this worker's directory).

    *downloads* is how many files are fetched at the same time.
    """

    packages: Path
    own: Path
    trash: Path
    sources: PackageSources
    on_progress: FetchProgress | None = None
    log: Callable[[str], None] = print
    downloads: int = DOWNLOADS
    _received: int = field(default=0, init=False)
    _done: int = field(default=0, init=False)

    def cached(self, wanted: Sequence[CondaPackage]) -> dict[str, Entry]:
        """Entries by SHA-256 that are there and whole. Broken ones are moved to the trash."""
        entries: dict[str, Entry] = {}
        for package in wanted:
            entry = open_entry(self.packages, package)
            if entry is not None:
                entries[package.sha256] = entry
            elif (self.packages / package.sha256).exists():
                self.discard(package)
        return entries

    def discard(self, package: CondaPackage) -> None:
        """Move a cache entry that is not what it should be out of sight."""
        self.log(f"the cached files of {entry_name(package)} were altered: fetching them again")
        move_to_trash(self.packages / package.sha256, self.trash)

    async def fetch(self, missing: Sequence[CondaPackage]) -> dict[str, Entry]:
        """Fetch, verify and promote *missing*; entries by SHA-256.

        Raises :class:`HashMismatch`, :class:`ChannelUnreachable`, :class:`CredentialsMissing`,
        :class:`PackageMissing` or ``OSError``.
        """
        self._received = self._done = 0
        downloads = asyncio.Semaphore(self.downloads)
        extractions = asyncio.Semaphore(os.cpu_count() or 2)
        tasks = [
            asyncio.create_task(self._fetch_one(package, downloads, extractions))
            for package in missing
        ]
        try:
            entries = await asyncio.gather(*tasks)
        except BaseException:
            for task in tasks:
                task.cancel()
            raise
        return {entry.sha256: entry for entry in entries}

    async def _fetch_one(
        self, package: CondaPackage, downloads: asyncio.Semaphore, extractions: asyncio.Semaphore
    ) -> Entry:
        """The entry of *package*; again when another worker put it out of sight meanwhile."""
        for _ in range(ATTEMPTS):
            entry = await self._store(package, downloads, extractions)
            if entry is not None:
                self._done += 1
                self._report(0, package)
                return entry
        raise BuildFailed(
            f"The cached files of {entry_name(package)} changed while they were being stored.",
            hint="Another program writes to the store's directory; find it, then retry.",
        )

    async def _store(
        self, package: CondaPackage, downloads: asyncio.Semaphore, extractions: asyncio.Semaphore
    ) -> Entry | None:
        from rattler.networking import Client
        from rattler.package_streaming import download_and_extract

        work = self.own / f"fetch-{secrets.token_hex(6)}"
        work.mkdir(parents=True)
        archive = work / package.file_name
        async with downloads:
            found = await self.sources.get(
                package, archive, lambda count: self._report(count, package)
            )
            compare_hash(package, found)
        fault_point("fetch.downloaded")
        staged = work / "entry"
        staged.mkdir()
        directory = staged / entry_name(package)
        async with extractions:
            try:
                extracted, _ = await download_and_extract(Client(), archive.as_uri(), directory)
            except OSError as error:
                if "os error" in str(error):
                    raise
                raise BuildFailed(
                    f"{package.file_name} has the right SHA-256 but cannot be unpacked.",
                    hint="The channel published a broken file: exclude this build of it.",
                    raw=str(error),
                ) from error
            # The file could have been exchanged since it was hashed: these are the bytes used.
            compare_hash(package, extracted.hex())
            await asyncio.to_thread(seal, directory, package.sha256)
        self.sources.keep(archive, package.sha256)
        archive.unlink(missing_ok=True)
        fault_point("fetch.sealed")
        self._promote(staged, package)
        fault_point("fetch.promoted")
        work.rmdir()
        return open_entry(self.packages, package)

    def _promote(self, staged: Path, package: CondaPackage) -> None:
        target = self.packages / package.sha256
        try:
            staged.rename(target)
        except OSError:
            # Another worker was faster; what it stored was verified as well.
            if open_entry(self.packages, package) is None:
                move_to_trash(target, self.trash)
                staged.rename(target)
            else:
                move_to_trash(staged, self.trash)

    def _report(self, count: int, package: CondaPackage) -> None:
        self._received += count
        if self.on_progress is not None:
            self.on_progress(self._done, self._received, package.name)


def compare_hash(package: CondaPackage | PipPackage, found: str) -> None:
    """Raise :class:`HashMismatch` unless *found* is the SHA-256 that the lock names."""
    if found != package.sha256.lower():
        raise HashMismatch(
            f"{package.file_name} is not the file that the lock names: its SHA-256 is {found}, "
            f"the lock says {package.sha256}.",
            hint="The file was changed or replaced after the environment was solved. If that was "
            "intended, make a new version; if not, tell the channel's owner.",
        )
