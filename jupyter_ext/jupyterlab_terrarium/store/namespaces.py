"""Namespaces in the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from ..models.names import suggest_name
from .tables import EnvironmentRow, NamespaceRow

# Asked for by every request: put together once.
_NAMED = select(NamespaceRow).where(NamespaceRow.name == bindparam("name"))
_PERSONAL = select(NamespaceRow).where(NamespaceRow.owner == bindparam("user"))


def find(session: Session, name: str) -> NamespaceRow | None:
    """The namespace called *name*."""
    return session.scalar(_NAMED, {"name": name})


def personal(session: Session, user: str) -> NamespaceRow | None:
    """The personal namespace of *user*, when there is one already."""
    return session.scalar(_PERSONAL, {"user": user})


def create_personal(session: Session, user: str, title: str) -> NamespaceRow:
    """Make the personal namespace of *user*; its name is the valid name nearest to theirs."""
    name = free_name(session, suggest_name(user) or "me")
    row = NamespaceRow(name=name, title=title, kind="personal", owner=user)
    session.add(row)
    session.flush()
    return row


def create_shared(
    session: Session, name: str, title: str, *, group: str | None = None
) -> NamespaceRow:
    """Make a shared namespace called *name*, which is free; it has no member yet."""
    row = NamespaceRow(name=name, title=title, kind="shared", group=group)
    session.add(row)
    session.flush()
    return row


def of_group(session: Session, group: str) -> NamespaceRow | None:
    """The shared namespace that was derived from *group*."""
    return session.scalar(select(NamespaceRow).where(NamespaceRow.group == group))


def shared_ids(session: Session) -> Sequence[str]:
    """Ids of all shared namespaces."""
    return session.scalars(select(NamespaceRow.id).where(NamespaceRow.kind == "shared")).all()


def free_name(session: Session, wanted: str) -> str:
    """*wanted*, or with the smallest number after it that makes it free."""
    name, number = wanted, 1
    while find(session, name) is not None:
        number += 1
        name = f"{wanted[:58]}-{number}"
    return name


def by_ids(session: Session, ids: set[str]) -> Sequence[tuple[NamespaceRow, int]]:
    """The namespaces with these *ids* by name, each with its number of visible environments."""
    counts = (
        select(EnvironmentRow.namespace_id, func.count().label("n"))
        .where(EnvironmentRow.deleted.is_(None))
        .group_by(EnvironmentRow.namespace_id)
        .subquery()
    )
    rows = session.execute(
        select(NamespaceRow, func.coalesce(counts.c.n, 0))
        .outerjoin(counts, counts.c.namespace_id == NamespaceRow.id)
        .where(NamespaceRow.id.in_(ids))
        .order_by(NamespaceRow.name)
    ).all()
    return [(row, int(count)) for row, count in rows]


def ids(session: Session) -> set[str]:
    """Ids of all namespaces of the store."""
    return set(session.scalars(select(NamespaceRow.id)))
