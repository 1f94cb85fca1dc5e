"""Proposals in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased
from typing_extensions import Unpack

from .tables import EnvironmentRow, NamespaceRow, VersionRow
from .team_tables import ProposalRow

_Base = aliased(VersionRow)
_Latest = aliased(VersionRow)
_Made = aliased(VersionRow)


@dataclass(frozen=True)
class ProposalRecord:
    """A proposal with its environment; ``made`` is the version that came of it."""

    proposal: ProposalRow
    environment: EnvironmentRow
    namespace: NamespaceRow
    latest: VersionRow
    base: VersionRow | None
    made: VersionRow | None


def add(session: Session, row: ProposalRow) -> ProposalRow:
    """A new proposal."""
    session.add(row)
    session.flush()
    return row


def _records() -> Select[Unpack[tuple[Any, ...]]]:
    return (
        select(ProposalRow, EnvironmentRow, NamespaceRow, _Latest, _Base, _Made)
        .join(EnvironmentRow, EnvironmentRow.id == ProposalRow.environment_id)
        .join(NamespaceRow, NamespaceRow.id == EnvironmentRow.namespace_id)
        .join(_Latest, _Latest.id == EnvironmentRow.latest_version_id)
        .outerjoin(_Base, _Base.id == ProposalRow.base_version_id)
        .outerjoin(_Made, _Made.id == ProposalRow.version_id)
        .where(EnvironmentRow.deleted.is_(None))
    )


def get(session: Session, proposal_id: str) -> ProposalRecord | None:
    """The proposal with this id, unless its environment is deleted."""
    row = session.execute(_records().where(ProposalRow.id == proposal_id)).first()
    return None if row is None else ProposalRecord(*row)


def page(
    session: Session,
    *,
    user: str,
    visible: set[str],
    deciding: set[str],
    deciding_on: set[str],
    environment_id: str | None = None,
    state: str | None = None,
    limit: int,
) -> tuple[Sequence[ProposalRecord], int]:
    """Proposals of *user* in the namespaces *visible*, and all in those *deciding* or about the
    environments *deciding_on*; and how many. Newest first.
    """
    wanted: ColumnElement[bool] = or_(
        EnvironmentRow.namespace_id.in_(deciding),
        EnvironmentRow.id.in_(deciding_on),
        and_(ProposalRow.user == user, EnvironmentRow.namespace_id.in_(visible)),
    )
    if environment_id is not None:
        wanted = and_(wanted, ProposalRow.environment_id == environment_id)
    if state is not None:
        wanted = and_(wanted, ProposalRow.state == state)
    query = _records().where(wanted)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.execute(query.order_by(ProposalRow.created.desc(), ProposalRow.id).limit(limit))
    return [ProposalRecord(*row) for row in rows], total


def count_open(session: Session, user: str) -> int:
    """How many proposals of *user* wait for a decision."""
    return (
        session.scalar(
            select(func.count()).where(ProposalRow.user == user, ProposalRow.state == "open")
        )
        or 0
    )
