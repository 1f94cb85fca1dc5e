"""Environments that were deleted softly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .tables import EnvironmentRow, NamespaceRow, VersionRow


def since(
    session: Session, namespace_ids: set[str], moment: datetime, limit: int
) -> tuple[Sequence[tuple[EnvironmentRow, NamespaceRow, int]], int]:
    """Environments deleted after *moment*, the last one first, with their numbers of versions.

    At most *limit* of them, and how many there are.
    """
    condition = (
        EnvironmentRow.deleted.is_not(None)
        & (EnvironmentRow.deleted > moment)
        & EnvironmentRow.namespace_id.in_(namespace_ids)
    )
    versions = (
        select(func.count())
        .select_from(VersionRow)
        .where(VersionRow.environment_id == EnvironmentRow.id)
        .correlate(EnvironmentRow)
        .scalar_subquery()
    )
    rows = session.execute(
        select(EnvironmentRow, NamespaceRow, versions)
        .join(NamespaceRow, NamespaceRow.id == EnvironmentRow.namespace_id)
        .where(condition)
        .order_by(EnvironmentRow.deleted.desc(), EnvironmentRow.id)
        .limit(limit)
    ).all()
    total = session.scalar(select(func.count()).select_from(EnvironmentRow).where(condition))
    return [(row, namespace, count) for row, namespace, count in rows], total or 0


def get(session: Session, environment_id: str) -> tuple[EnvironmentRow, NamespaceRow] | None:
    """The deleted environment with this id."""
    row = session.execute(
        select(EnvironmentRow, NamespaceRow)
        .join(NamespaceRow, NamespaceRow.id == EnvironmentRow.namespace_id)
        .where(EnvironmentRow.id == environment_id, EnvironmentRow.deleted.is_not(None))
    ).first()
    return None if row is None else (row[0], row[1])
