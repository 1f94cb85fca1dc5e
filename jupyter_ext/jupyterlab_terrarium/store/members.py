"""Roles of users and groups in namespaces, and on single environments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from ..models.namespace import MemberKind, Role
from . import events
from .tables import EnvironmentRow, NamespaceRow
from .team_tables import MemberRow

# Rows about the user or one of the groups.
_THEIRS = or_(
    and_(MemberRow.kind == "user", MemberRow.subject == bindparam("user")),
    and_(MemberRow.kind == "group", MemberRow.subject.in_(bindparam("groups", expanding=True))),
)
# Asked for by every request: put together once.
_ROLES = select(MemberRow.namespace_id, MemberRow.role).where(
    MemberRow.environment_id == "", _THEIRS
)
_ROLES_ON = (
    select(MemberRow.role)
    .join(EnvironmentRow, EnvironmentRow.id == MemberRow.environment_id)
    .where(
        MemberRow.namespace_id == bindparam("namespace_id"),
        EnvironmentRow.namespace_id == bindparam("namespace_id"),
        EnvironmentRow.name == bindparam("name"),
        EnvironmentRow.deleted.is_(None),
        _THEIRS,
    )
)
_EVERYWHERE = (
    select(MemberRow.namespace_id, MemberRow.environment_id, MemberRow.role)
    .outerjoin(EnvironmentRow, EnvironmentRow.id == MemberRow.environment_id)
    .where(
        _THEIRS,
        or_(
            MemberRow.environment_id == "",
            and_(
                EnvironmentRow.namespace_id == MemberRow.namespace_id,
                EnvironmentRow.deleted.is_(None),
            ),
        ),
    )
)


def roles(session: Session, user: str, groups: Iterable[str]) -> list[tuple[str, Role]]:
    """Ids of the namespaces in which the user or one of the groups has a role, with that role."""
    rows = session.execute(_ROLES, {"user": user, "groups": list(groups)})
    return [(namespace_id, cast(Role, role)) for namespace_id, role in rows]


def roles_on(
    session: Session, namespace_id: str, environment: str, user: str, groups: Iterable[str]
) -> Sequence[Role]:
    """Roles that the user and the groups have on the visible environment called *environment*.

    They were given in this namespace: one that was moved here brings none with it.
    """
    wanted = {
        "namespace_id": namespace_id,
        "name": environment,
        "user": user,
        "groups": list(groups),
    }
    rows = session.scalars(_ROLES_ON, wanted)
    return [cast(Role, role) for role in rows]


def roles_everywhere(
    session: Session, user: str, groups: Iterable[str]
) -> list[tuple[str, str, Role]]:
    """(namespace id, environment id, role) of the user and the groups.

    The environment's is empty for a role in the whole namespace; those on single environments are
    on visible ones that are still in the namespace where the role was given.
    """
    rows = session.execute(_EVERYWHERE, {"user": user, "groups": list(groups)})
    return [(namespace, environment, cast(Role, role)) for namespace, environment, role in rows]


def of(session: Session, namespace_id: str, environment_id: str = "") -> Sequence[MemberRow]:
    """Everybody with a role in a namespace, or on one environment of it: users first, by name."""
    return session.scalars(
        select(MemberRow)
        .where(MemberRow.namespace_id == namespace_id, MemberRow.environment_id == environment_id)
        .order_by(MemberRow.kind.desc(), MemberRow.subject)
    ).all()


def find(
    session: Session,
    namespace: NamespaceRow,
    kind: MemberKind,
    subject: str,
    environment_id: str = "",
) -> MemberRow | None:
    """The role of one user or group in a namespace, or on one environment of it."""
    return session.scalar(
        select(MemberRow).where(
            MemberRow.namespace_id == namespace.id,
            MemberRow.environment_id == environment_id,
            MemberRow.kind == kind,
            MemberRow.subject == subject,
        )
    )


def put(
    session: Session,
    namespace: NamespaceRow,
    kind: MemberKind,
    subject: str,
    role: Role,
    *,
    by: str,
    environment_id: str = "",
) -> MemberRow:
    """Give a user or group a role, in place of the one that it has there; and an event."""
    row = find(session, namespace, kind, subject, environment_id)
    changed = row is None or row.role != role
    if row is None:
        row = MemberRow(
            namespace_id=namespace.id,
            environment_id=environment_id,
            kind=kind,
            subject=subject,
            role=role,
            created_by=by,
        )
        session.add(row)
    row.role = role
    session.flush()
    if changed:
        events.emit_member(session, row)
    return row


def remove(session: Session, row: MemberRow) -> None:
    """Take a role away; and an event."""
    events.emit_member(session, row)
    session.delete(row)
    session.flush()


def has_owner(session: Session, namespace: NamespaceRow) -> bool:
    """Whether somebody is left who may decide about the namespace."""
    query = select(MemberRow.id).where(
        MemberRow.namespace_id == namespace.id,
        MemberRow.environment_id == "",
        MemberRow.role == "owner",
    )
    return session.scalar(query.limit(1)) is not None
