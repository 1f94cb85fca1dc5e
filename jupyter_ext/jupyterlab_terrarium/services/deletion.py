"""Use cases of deleted environments: list, restore."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ..access.permissions import grants, require
from ..access.principals import Principal
from ..builds import pinned, publication
from ..faults import fault_point
from ..models.deletion import DeletedEnvironment
from ..models.environment import Environment
from ..models.problem import Conflict, NotFound
from ..models.status import Page
from ..store import builds, deleted, environments, events, locks
from ..store.prefixes import is_complete
from ..store.tables import EnvironmentRow, now
from .auditing import audited
from .context import ServiceContext
from .environments import EnvironmentService
from .namespaces import NamespaceService

_GONE = "there is no deleted environment that could be restored by this id"


class DeletionService:
    """Deleted environments in the namespaces that the principal can see."""

    def __init__(
        self,
        context: ServiceContext,
        namespaces: NamespaceService,
        environments_: EnvironmentService,
    ) -> None:
        self._context = context
        self._namespaces = namespaces
        self._environments = environments_

    @property
    def _grace(self) -> timedelta:
        return timedelta(days=self._context.policy.retention.deleted_days)

    def page(self, principal: Principal, *, limit: int = 100) -> Page[DeletedEnvironment]:
        """Those within the grace period, the last deleted one first."""
        self._namespaces.ensure_personal(principal)
        with self._context.database.read() as session:
            rows, total = deleted.since(
                session, set(grants(session, principal)), now() - self._grace, limit
            )
        return Page[DeletedEnvironment](
            items=[
                DeletedEnvironment(
                    id=row.id,
                    namespace=namespace.name,
                    name=row.name,
                    title=row.title,
                    versions=count,
                    deleted=moment,
                    until=moment + self._grace,
                )
                for row, namespace, count in rows
                if (moment := row.deleted) is not None
            ],
            total=total,
        )

    @audited("environment.restore")
    def restore(
        self, principal: Principal, environment_id: str, name: str | None = None
    ) -> Environment:
        """Undo a deletion: versions, kernels and the stable link are back.

        A current version whose files have been removed is built again from its lock. Raises
        :class:`Conflict` when the name is taken meanwhile, :class:`NotFound` after the grace
        period.
        """
        with self._context.database.write() as session:
            found = deleted.get(session, environment_id)
            if found is None or found[1].id not in grants(session, principal):
                raise NotFound(_GONE)
            row, namespace = found
            require(session, principal, namespace.name, "delete")
            if _before(row.deleted, now() - self._grace):
                raise NotFound(_GONE, "It was deleted too long ago.")
            wanted = name or row.name
            if environments.find(session, namespace.id, wanted, self._context.platform):
                raise Conflict(
                    f"there is an environment '{namespace.name}/{wanted}' meanwhile",
                    "Restore it under another name.",
                )
            row.name, row.deleted, row.updated = wanted, None, now()
            session.flush()
            events.emit(session, "environment-created", row)
            queued = self._make_usable(session, row, principal)
            pinned.show(session, self._context.layout, row, self._context.platform)
            fault_point("restoration.usable")
        if queued:
            self._context.supervisor.poke()
        return self._environments.show(principal, namespace.name, wanted)

    def _make_usable(self, session: Session, row: EnvironmentRow, principal: Principal) -> bool:
        """Kernels and link of the current version; whether a build of it had to be queued."""
        if row.current_version_id is None:
            return False
        context = self._context
        version = environments.version(session, row.current_version_id)
        part = locks.platform(session, version.lock_digest, context.platform)
        info = None if part is None else is_complete(context.layout, part.digest)
        if part is not None and info is not None:
            publication.make_current(
                session, context.layout, row, version, part.digest, list(info.kernels)
            )
            return False
        if part is not None:
            locks.forget_prefix(session, part.digest)
        # What is ready when nothing is current becomes current.
        row.current_version_id = None
        builds.add(session, version, principal.user)
        return True


def _before(moment: datetime | None, limit: datetime) -> bool:
    return moment is None or moment < limit
