"""Use cases of bundles: an environment from one file, without any channel."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ..access.permissions import require
from ..access.principals import Principal
from ..artifacts.bundle_reader import Bundle, read_bundle, require_intact
from ..artifacts.identity import Identity
from ..artifacts.safe_tar import Limits
from ..conda.files import move_to_trash
from ..conda.kept_files import KeptFiles
from ..conda.own_addresses import own_address
from ..conda.private_files import PrivateFiles
from ..models.disk_problem import disk_full, disk_problem
from ..models.environment import Environment, EnvironmentCreate
from ..models.lock import Lock
from ..models.names import is_name
from ..models.problem import InvalidRequest
from ..store import brought
from ..store.checks import require_space
from ..store.flock import try_lock
from .auditing import audited
from .channel_access import access
from .context import ServiceContext
from .environments import EnvironmentService
from .namespaces import NamespaceService


@dataclass(frozen=True)
class ImportedBundle:
    """What a bundle has brought: its lock, whose package files the store has now.

    ``identity`` is what it says of itself; ``files`` is how many package files it had, ``bytes``
    their size, ``new`` how many of them the store did not have.
    """

    lockfile: str
    lock: Lock
    identity: Identity | None
    files: int
    new: int
    bytes: int


class BundleService:
    """Takes bundles apart. What is in one is hostile until it was compared with its lock."""

    def __init__(
        self,
        context: ServiceContext,
        namespaces: NamespaceService,
        environments: EnvironmentService,
    ) -> None:
        self._context = context
        self._namespaces = namespaces
        self._environments = environments

    def room(self, principal: Principal, namespace: str | None) -> int:
        """Bytes that a bundle may have which the principal brings for *namespace*.

        Raises :class:`NotFound`, :class:`Forbidden` and :class:`DiskFull`.
        """
        namespace = namespace or self._namespaces.ensure_personal(principal).name
        with self._context.database.read() as session:
            require(session, principal, namespace, "create")
        root, reserve = self._context.layout.root, self._context.policy.disk_reserve
        require_space(root, 0, reserve)
        return max(0, shutil.disk_usage(root).free - reserve)

    def write(self, file: BinaryIO, chunk: bytes) -> None:
        """Add *chunk* to a *file* that is coming in. Raises :class:`DiskFull`.

        Others need room, too: what there was when it began may be gone.
        """
        reserve = self._context.policy.disk_reserve
        free = shutil.disk_usage(self._context.layout.root).free
        if free - len(chunk) < reserve:
            raise disk_full("the store", f"{free:,} bytes are free, {reserve:,} are to stay free")
        try:
            file.write(chunk)
        except OSError as error:
            raise disk_problem(error) or error from None

    def accept(
        self, principal: Principal, file: Path, namespace: str | None = None
    ) -> ImportedBundle:
        """Keep the package files of the bundle *file*, for builds of *namespace*.

        Afterwards its lock goes the way of every lockfile that somebody brings
        (:class:`EnvironmentCreate` or :class:`VersionCreate` with ``lockfile``), and the build
        finds every file here. Raises :class:`InvalidArchive`, :class:`InvalidLock`,
        :class:`ChannelForbidden`, :class:`DiskFull`, and :class:`InvalidRequest` for a bundle of
        another platform; then nothing was kept.
        """
        namespace = namespace or self._namespaces.ensure_personal(principal).name
        with self._context.database.read() as session:
            require(session, principal, namespace, "create")
        platform = self._context.platform
        with self.directory() as work:
            bundle = self._read(file, work)
            lock = self._context.solver.read_lockfile(bundle.lockfile)
            if bundle.platform and bundle.platform != platform:
                raise InvalidRequest(
                    f"the bundle is for {bundle.platform}, and this server is {platform}",
                    f"Ask for the bundle for {platform}.",
                )
            require_intact(bundle, lock, platform)
            access(self._context).require(namespace, lock)
            new = self._keep(bundle, lock)
        lockfile, lock = self._reachable(bundle.lockfile, lock)
        return ImportedBundle(
            lockfile=lockfile,
            lock=lock,
            identity=bundle.identity,
            files=len(bundle.files),
            new=new,
            bytes=sum(one.size for one in bundle.files.values()),
        )

    @audited("environment.create")
    def create(
        self,
        principal: Principal,
        file: Path,
        *,
        namespace: str | None = None,
        name: str | None = None,
        title: str = "",
    ) -> tuple[Environment, ImportedBundle]:
        """A new environment from the bundle *file*; without *name*, it gets that of the bundle.

        Raises what :meth:`accept` and :meth:`EnvironmentService.create` raise.
        """
        imported = self.accept(principal, file, namespace)
        own = imported.identity
        if name is None and own is not None and is_name(own.name):
            name = own.name
        request = EnvironmentCreate(
            name=name, namespace=namespace, title=title, lockfile=imported.lockfile
        )
        return self._environments.create(principal, request), imported

    def _reachable(self, lockfile: str, lock: Lock) -> tuple[str, Lock]:
        """Without platforms whose files lay on the machine that made it: they are not here."""
        platform = self._context.platform
        parts = [
            part
            for part in lock.platforms
            if part.platform == platform or not any(own_address(one.url) for one in part.files)
        ]
        if len(parts) == len(lock.platforms):
            return lockfile, lock
        lock = lock.model_copy(update={"platforms": parts})
        return self._context.solver.write_lockfile(lock), lock

    def _read(self, file: Path, work: Path) -> Bundle:
        reserve = self._context.policy.disk_reserve
        try:
            require_space(work, file.stat().st_size, reserve)
            # A compressed one may grow: never beyond what is free.
            room = max(0, shutil.disk_usage(work).free - reserve)
            return read_bundle(file, into=work, limits=Limits(total=room, member=room))
        except FileNotFoundError:
            raise InvalidRequest(f"there is no file {file}", "Check the path.") from None

    def _keep(self, bundle: Bundle, lock: Lock) -> int:
        layout, policy = self._context.layout, self._context.policy
        private = PrivateFiles(layout.private, tuple(policy.private_channels))
        kept = KeptFiles(layout.blobs, layout.trash, keep=True)
        part = lock.for_platform(self._context.platform)
        assert part is not None
        for package in part.files:
            # Before anybody can find the file.
            private.came_from(package.sha256, package.url)
        brought.add(layout, (found.sha256 for found in bundle.files.values()))
        new = 0
        for found in bundle.files.values():
            assert found.path is not None
            if kept.find(found.sha256) is None:
                kept.add(found.path, found.sha256)
                new += 1
            else:
                # As young as one that was just fetched: no clean-up takes it before its version is.
                layout.blob(found.sha256).touch()
        return new

    @contextmanager
    def directory(self) -> Iterator[Path]:
        """A directory that nobody else takes for a dead worker's, and that is gone afterwards."""
        layout = self._context.layout
        work = layout.worker(f"import-{secrets.token_hex(6)}")
        held = try_lock(work.with_name(f"{work.name}.lock"))
        assert held is not None
        with held:
            work.mkdir()
            try:
                yield work
            finally:
                move_to_trash(work, layout.trash)
                work.with_name(f"{work.name}.lock").unlink(missing_ok=True)
