"""Use cases of package files: what a version was made of, for those who build it elsewhere."""

from __future__ import annotations

from pathlib import Path

from ..access.principals import Principal
from ..conda.files import sha256_of
from ..conda.kept_files import KeptFiles
from ..conda.pip_install import wheel_path
from ..models.lock import CondaPackage, Lock, PipPackage
from ..models.problem import NotFound
from ..store import locks
from .channel_access import access
from .context import ServiceContext
from .versions import VersionService


class PackageFileService:
    """Files by digest, under the rights of a version that consists of them."""

    def __init__(self, context: ServiceContext, versions: VersionService) -> None:
        self._context = context
        self._versions = versions

    def find(
        self, principal: Principal, namespace: str, name: str, number: str, sha256: str
    ) -> Path:
        """Where the file lies, its hash just compared.

        Raises :class:`NotFound`, also for a file of another version or one that is not kept, and
        :class:`ChannelForbidden`.
        """
        with self._context.database.read() as session:
            environment = self._versions.environment(session, principal, namespace, name)
            version = self._versions.record(session, environment, number).version
            lock = locks.of_version(session, version)
            if lock is not None:
                access(self._context).require_here(environment.namespace.name, lock)
        package = None if lock is None else _package(lock, sha256)
        if package is None:
            raise NotFound(f"version {version.number} of '{name}' has no such package file")
        found = self._file(package)
        if found is None:
            raise NotFound(
                f"the store does not keep the package file {package.file_name}",
                "With `TerrariumSettings.keep_package_files` it keeps what it fetches.",
            )
        return found

    def _file(self, package: CondaPackage | PipPackage) -> Path | None:
        layout = self._context.layout
        kept = KeptFiles(layout.blobs, layout.trash, keep=False).find(package.sha256)
        if kept is not None or isinstance(package, CondaPackage):
            return kept
        wheel = wheel_path(layout.wheels, package)
        return wheel if wheel.is_file() and sha256_of(wheel) == package.sha256 else None


def _package(lock: Lock, sha256: str) -> CondaPackage | PipPackage | None:
    files = (file for part in lock.platforms for file in part.files)
    return next((file for file in files if file.sha256 == sha256), None)
