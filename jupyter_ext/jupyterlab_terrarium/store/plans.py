"""Plans in the database. Each user keeps the last few; older ones are dropped."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.orm import Session

from ..models.plan import Plan
from .tables import EnvironmentRow, PlanRow, VersionRow

KEPT_PER_USER = 50
_INSERT = insert(cast(Table, PlanRow.__table__))
#: Plans after which the old ones are looked for: that reads all of them.
DROP_EVERY = 20


def add(session: Session, **values: Any) -> None:
    """Store a plan; *values* are columns of :class:`PlanRow`."""
    session.connection().execute(_INSERT, values)


def drop_old(session: Session, user: str) -> None:
    """Drop all plans of *user* but the last few."""
    kept = (
        select(PlanRow.id)
        .where(PlanRow.user == user)
        .order_by(PlanRow.created.desc(), PlanRow.id)
        .limit(KEPT_PER_USER)
    )
    session.execute(delete(PlanRow).where(PlanRow.user == user, PlanRow.id.not_in(kept)))


def planned(session: Session, namespace_id: str, name: str) -> EnvironmentRow | None:
    """The visible environment that a change is planned of, without all that a list shows of it."""
    return session.scalar(
        select(EnvironmentRow).where(
            EnvironmentRow.namespace_id == namespace_id,
            EnvironmentRow.name == name,
            EnvironmentRow.deleted.is_(None),
            EnvironmentRow.latest_version_id.is_not(None),
        )
    )


def base(session: Session, row: PlanRow, number: int) -> VersionRow | None:
    """The version *number* of the environment that the plan was made for."""
    latest = None if row.base_version_id is None else session.get(VersionRow, row.base_version_id)
    if latest is None:
        return None
    return session.scalar(
        select(VersionRow).where(
            VersionRow.environment_id == latest.environment_id, VersionRow.number == number
        )
    )


def set_answer(session: Session, plan_id: str, answer: Plan) -> None:
    """What is shown of a plan is this from now on; nothing when the plan was dropped meanwhile."""
    session.execute(update(PlanRow).where(PlanRow.id == plan_id).values(answer=answer))


def belongs_to(session: Session, plan_id: str, user: str) -> bool:
    """Whether there is a plan with this id, and it is *user*'s."""
    return session.scalar(select(PlanRow.user).where(PlanRow.id == plan_id)) == user


def get(session: Session, plan_id: str, user: str) -> PlanRow | None:
    """The plan with this id, when it is *user*'s."""
    row = session.get(PlanRow, plan_id)
    return row if row is not None and row.user == user else None
