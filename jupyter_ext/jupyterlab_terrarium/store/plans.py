"""Plans in the database. Each user keeps the last few; older ones are dropped."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from .tables import PlanRow

KEPT_PER_USER = 50


def add(
    session: Session,
    *,
    user: str,
    text: str,
    specification: dict[str, Any],
    lock: dict[str, Any] | None,
    lock_digest: str | None,
    base_version_id: str | None,
) -> PlanRow:
    """Store a plan and drop the oldest of this user."""
    row = PlanRow(
        user=user,
        specification_text=text,
        specification=specification,
        lock=lock,
        lock_digest=lock_digest,
        base_version_id=base_version_id,
        answer={},
    )
    session.add(row)
    session.flush()
    old = session.scalars(
        select(PlanRow.id)
        .where(PlanRow.user == user)
        .order_by(PlanRow.created.desc(), PlanRow.id)
        .offset(KEPT_PER_USER)
    ).all()
    if old:
        session.execute(delete(PlanRow).where(PlanRow.id.in_(old)))
    return row


def get(session: Session, plan_id: str, user: str) -> PlanRow | None:
    """The plan with this id, when it is *user*'s."""
    row = session.get(PlanRow, plan_id)
    return row if row is not None and row.user == user else None
