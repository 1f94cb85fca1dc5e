"""Getting back what a notebook was made with: by role, and by the digest of its lock."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ..access.permissions import grants
from ..access.principals import Principal
from ..kernels.registration import KernelRegistration
from ..models.build import ENDED, BuildState, Priority
from ..models.lock import Lock
from ..models.problem import Conflict, NotFound
from ..models.record import NotebookRecord
from ..models.share import Card, ShareUse
from ..store import builds, environments, locks, records
from ..store.environments import EnvironmentRecord, VersionRecord
from .auditing import audited
from .cards import CardMaker
from .context import ServiceContext
from .lent_kernels import kernels_of, pinned
from .queue import require_room
from .versions import VersionService


class RecordedService:
    """What notebooks record, for those who may read it. A digest alone gives no right."""

    def __init__(self, context: ServiceContext, versions: VersionService) -> None:
        self._context = context
        self._versions = versions
        self._cards = CardMaker(context)

    def card(self, principal: Principal, record: NotebookRecord) -> Card:
        """What is here of it. Nothing is built or changed. Raises :class:`NotFound`."""
        with self._context.database.read() as session:
            environment, version, lock = self._find(session, principal, record)
            row, build = environment.environment, version.build
            return Card(
                namespace=environment.namespace.name,
                name=row.name,
                title=row.title,
                description=row.description,
                version=version.version.number,
                rights="copy",
                building=build is not None and BuildState(build.state) not in ENDED,
                **self._cards.of_lock(session, lock),
            )

    @audited("record.use")
    def use(self, principal: Principal, record: NotebookRecord) -> ShareUse:
        """Kernels of exactly this version; its files are built from its lock when they are gone.

        Raises :class:`NotFound`, :class:`Conflict` when it is not for this machine.
        """
        with self._context.database.write() as session:
            environment, version, _ = self._find(session, principal, record)
            row = version.version
            if version.platform is None:
                raise Conflict(
                    f"{record.environment}, version {row.number}, is not for this server "
                    f"({self._context.platform})",
                    "Copy it and add the platform to its specification.",
                )
            ready = version.prefix is not None
            current = environment.environment.current_version_id == row.id
            kernels = kernels_of(session, self._context, environment, version, follow=current)
            last = version.build
            if not ready and (last is None or BuildState(last.state) in ENDED):
                builds.add(session, row, principal.user, Priority.REBUILD)
                require_room(session, self._context.policy, principal)
        if not ready:
            self._context.supervisor.poke()
        return ShareUse(
            environment_id=environment.environment.id,
            namespace=environment.namespace.name,
            name=environment.environment.name,
            version=row.number,
            lock_digest=record.lock_digest,
            ready=ready,
            follows=current,
            kernels=kernels,
        )

    def registrations(
        self, principal: Principal, record: NotebookRecord
    ) -> list[KernelRegistration]:
        """Kernels of exactly this version, listed nowhere; none while its files are not here."""
        with self._context.database.read() as session:
            environment, version, _ = self._find(session, principal, record)
            return pinned(self._context, environment, version)

    def _find(
        self, session: Session, principal: Principal, record: NotebookRecord
    ) -> tuple[EnvironmentRecord, VersionRecord, Lock]:
        """The version with the recorded lock: under its name, else wherever it is to be seen."""
        visible = set(grants(session, principal))
        found = records.with_lock(session, record.lock_digest, visible)
        found.sort(key=lambda one: one[1:] != (record.namespace, record.name, record.version))
        for namespace_id, _, name, number in found:
            environment = environments.find(session, namespace_id, name, self._context.platform)
            if environment is None:
                continue
            version = self._versions.record(session, environment, number)
            lock = locks.of_version(session, version.version)
            if lock is not None:
                return environment, version, lock
        raise NotFound(
            f"{record.environment}, version {record.version}, is not here, or not for you to see",
            "Ask whoever made the notebook for a link to it or for its lockfile, and open that "
            "with *Open Shared Link…* or *New*.",
        )
