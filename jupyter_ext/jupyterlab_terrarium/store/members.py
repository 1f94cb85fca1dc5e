"""Roles of users and groups in namespaces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from ..models.namespace import MemberKind, Role
from .tables import NamespaceRow
from .team_tables import MemberRow


def roles(session: Session, user: str, groups: Iterable[str]) -> list[tuple[str, Role]]:
    """Ids of the namespaces in which the user or one of the groups has a role, with that role."""
    rows = session.execute(
        select(MemberRow.namespace_id, MemberRow.role).where(
            MemberRow.environment_id == "",
            or_(
                and_(MemberRow.kind == "user", MemberRow.subject == user),
                and_(MemberRow.kind == "group", MemberRow.subject.in_(list(groups))),
            ),
        )
    )
    return [(namespace_id, cast(Role, role)) for namespace_id, role in rows]


def of(session: Session, namespace_id: str) -> Sequence[MemberRow]:
    """Everybody with a role in a namespace: users first, each kind by name."""
    return session.scalars(
        select(MemberRow)
        .where(MemberRow.namespace_id == namespace_id, MemberRow.environment_id == "")
        .order_by(MemberRow.kind.desc(), MemberRow.subject)
    ).all()


def find(
    session: Session, namespace: NamespaceRow, kind: MemberKind, subject: str
) -> MemberRow | None:
    """The role of one user or group."""
    return session.scalar(
        select(MemberRow).where(
            MemberRow.namespace_id == namespace.id,
            MemberRow.environment_id == "",
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
) -> MemberRow:
    """Give a user or group a role, in place of the one that it has."""
    row = find(session, namespace, kind, subject)
    if row is None:
        row = MemberRow(
            namespace_id=namespace.id, kind=kind, subject=subject, role=role, created_by=by
        )
        session.add(row)
    row.role = role
    session.flush()
    return row


def has_owner(session: Session, namespace: NamespaceRow) -> bool:
    """Whether somebody is left who may decide about the namespace."""
    query = select(MemberRow.id).where(
        MemberRow.namespace_id == namespace.id,
        MemberRow.environment_id == "",
        MemberRow.role == "owner",
    )
    return session.scalar(query.limit(1)) is not None
