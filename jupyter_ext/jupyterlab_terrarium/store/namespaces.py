"""Namespaces in the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..models.names import suggest_name
from .tables import EnvironmentRow, NamespaceRow


def find(session: Session, name: str) -> NamespaceRow | None:
    """The namespace called *name*."""
    return session.scalar(select(NamespaceRow).where(NamespaceRow.name == name))


def personal(session: Session, user: str) -> NamespaceRow | None:
    """The personal namespace of *user*, when there is one already."""
    return session.scalar(select(NamespaceRow).where(NamespaceRow.owner == user))


def create_personal(session: Session, user: str, title: str) -> NamespaceRow:
    """Make the personal namespace of *user*; its name is the valid name nearest to theirs."""
    wanted = suggest_name(user) or "me"
    name, number = wanted, 1
    while find(session, name) is not None:
        number += 1
        name = f"{wanted[:58]}-{number}"
    row = NamespaceRow(name=name, title=title, kind="personal", owner=user)
    session.add(row)
    session.flush()
    return row


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
