"""A version of a team store as rows of the mirror, with the identities that it has there."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from ..builds import pinned, publication
from ..models.environment import Environment, Version
from ..models.lock import Lock
from ..models.namespace import Namespace
from ..services.context import ServiceContext
from ..store import events, locks, mirrors
from ..store.tables import EnvironmentRow, VersionRow


def put(
    session: Session,
    context: ServiceContext,
    user: str,
    owner: Namespace,
    there: Environment,
    version: Version,
    lock: Lock,
    withdraw: Callable[[Session, EnvironmentRow], None],
) -> tuple[EnvironmentRow, VersionRow]:
    """Record *version* of *there*, in the namespace *owner*, for *user* to see.

    Another environment that still has its name here goes through *withdraw*.
    """
    layout = context.layout
    namespace = mirrors.put_namespace(
        session,
        owner.id,
        owner.name,
        title=owner.title,
        kind=owner.kind,
        reader=user,
    )
    rival = mirrors.rival(session, namespace, there.id, there.name)
    if rival is not None:
        withdraw(session, rival)
    environment = mirrors.put_environment(
        session, namespace, there.id, there.name, maker=there.created_by
    )
    if (environment.namespace_id, environment.name) != (namespace.id, there.name):
        before = pinned.registrations(session, layout, environment, context.platform)
        publication.relocate(session, layout, environment, namespace, there.name)
        pinned.show(session, layout, environment, context.platform, before)
    environment.title, environment.description = there.title, there.description
    if environment.recommended != there.recommended:
        environment.recommended = there.recommended
        # Which kernel new notebooks get may be another now.
        events.emit(session, "environment-updated", environment)
    mirrors.put_kernels(
        session, environment, [(kernel.name, kernel.kernel) for kernel in there.kernels]
    )
    row = mirrors.put_version(
        session,
        environment,
        version.number,
        text=version.specification_text,
        specification=version.specification.model_dump(mode="json"),
        run_link_scripts=version.run_link_scripts,
        maker=version.created_by,
        latest=version.number == there.current,
    )
    if row.lock_digest is None:
        locks.attach(session, row, lock)
    return environment, row
