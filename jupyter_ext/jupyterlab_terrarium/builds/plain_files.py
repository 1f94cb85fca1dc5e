"""Package files of one job as their channels hand them out: nothing is unpacked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..conda.download import make_client
from ..conda.fetch import compare_hash
from ..conda.files import sha256_of
from ..conda.kept_files import KeptFiles
from ..conda.pip_install import wheel_path
from ..conda.private_files import PrivateFiles
from ..conda.sources import PackageSources
from ..models.lock import CondaPackage, PipPackage
from ..store.paths import Layout
from .job import ArtifactJob, Job
from .store_files import TeamStoreFiles
from .worker_report import Report


class PlainFiles:
    """Takes kept ones and cached wheels, and fetches the others, one after the other."""

    def __init__(self, job: ArtifactJob | Job, layout: Layout, own: Path, report: Report) -> None:
        self._layout = layout
        self._own = own / "files"
        self._own.mkdir()
        self._report = report
        self._kept = KeptFiles(layout.blobs, layout.trash, job.keep_package_files)
        self._sources = PackageSources(
            make_client(job.mirrors, job.offline),
            self._kept,
            None if job.store_files is None else TeamStoreFiles(job.store_files, report.log),
            PrivateFiles(layout.private, tuple(job.private_channels)),
            report.log,
        )
        self._received = 0

    async def get(
        self, wanted: Mapping[str, CondaPackage | PipPackage], size: int
    ) -> dict[str, Path]:
        """The path of each file, by SHA-256, compared with it.

        *size* is that of all of them, in bytes. Raises what :meth:`.PackageSources.get` raises,
        and :class:`HashMismatch`.
        """
        found: dict[str, Path] = {}
        for package in wanted.values():
            found[package.sha256] = await self._one(package, len(found), len(wanted), size)
        return found

    async def keep(self, package: CondaPackage | PipPackage) -> None:
        """Have this one among the kept files. Raises what :meth:`get` raises."""
        path = await self._one(package, 0, 1, package.size)
        self._sources.keep(path, package.sha256)

    async def _one(
        self, package: CondaPackage | PipPackage, number: int, total: int, size: int
    ) -> Path:
        here = self._here(package)
        if here is not None:
            self._received += package.size
            return here

        def on_bytes(count: int) -> None:
            self._received += count
            self._report.progress(number, total, self._received, size, package.name)

        target = self._own / package.sha256
        compare_hash(package, await self._sources.get(package, target, on_bytes))
        self._sources.keep(target, package.sha256)
        return target

    def _here(self, package: CondaPackage | PipPackage) -> Path | None:
        kept = self._kept.find(package.sha256)
        if kept is not None or isinstance(package, CondaPackage):
            return kept
        wheel = wheel_path(self._layout.wheels, package)
        return wheel if wheel.is_file() and sha256_of(wheel) == package.sha256 else None
