"""Another name or namespace for an environment."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ..access.permissions import require
from ..access.principals import Principal
from ..builds import pinned, publication
from ..models.environment import EnvironmentUpdate
from ..models.problem import Conflict
from ..store import environments
from ..store.environments import EnvironmentRecord
from ..store.tables import NamespaceRow
from .channel_access import require_environment
from .context import ServiceContext
from .scratches import refresh_labels


def refuse_taken(session: Session, namespace: NamespaceRow, name: str) -> None:
    """Raise :class:`Conflict` when *namespace* has an environment *name* already."""
    if environments.is_taken(session, namespace.id, name):
        raise Conflict(
            f"there is an environment '{namespace.name}/{name}' already",
            "Choose another name, or edit that environment.",
        )


def relocate(
    session: Session,
    context: ServiceContext,
    principal: Principal,
    record: EnvironmentRecord,
    request: EnvironmentUpdate,
) -> None:
    """Rename or move, as *request* says. Moving takes something away, as deleting does.

    Raises :class:`Conflict` when the name is taken, :class:`Forbidden`, :class:`NotFound`.
    """
    namespace = record.namespace
    name = request.name or record.environment.name
    if request.namespace not in (None, namespace.name):
        require(session, principal, namespace.name, "delete", record.environment.name)
        namespace = require(session, principal, str(request.namespace), "create").namespace
    if (namespace.id, name) == (record.namespace.id, record.environment.name):
        return
    refuse_taken(session, namespace, name)
    require_environment(context, session, record.environment, namespace.name)
    environment, platform = record.environment, context.platform
    before = pinned.registrations(session, context.layout, environment, platform)
    publication.relocate(session, context.layout, environment, namespace, name)
    pinned.show(session, context.layout, environment, platform, before)
    refresh_labels(context, session, record.environment.id)
