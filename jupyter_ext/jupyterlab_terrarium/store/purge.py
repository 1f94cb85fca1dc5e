"""Removing rows for good: environments past their grace period, old history, lonely locks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from .artifact_tables import ArtifactRow
from .tables import (
    BuildRow,
    EnvironmentRow,
    EventRow,
    KernelRow,
    LockOriginRow,
    LockPackageRow,
    LockPlatformRow,
    LockRow,
    NamespaceRow,
    PlanRow,
    PointerRow,
    ScratchRow,
    VersionRow,
)
from .team_tables import MemberRow, ProposalRow, RecordRow, ShareRow, ShareUseRow


def expired(session: Session, before: datetime) -> Sequence[tuple[EnvironmentRow, str]]:
    """Environments deleted before *before*, each with the name of its namespace."""
    rows = session.execute(
        select(EnvironmentRow, NamespaceRow.name)
        .join(NamespaceRow, NamespaceRow.id == EnvironmentRow.namespace_id)
        .where(EnvironmentRow.deleted < before)
        .order_by(NamespaceRow.name, EnvironmentRow.name, EnvironmentRow.id)
    ).all()
    return [(row, namespace) for row, namespace in rows]


def environment(session: Session, environment_id: str) -> None:
    """Remove an environment with all that belongs to it; the audit stays."""
    versions = select(VersionRow.id).where(VersionRow.environment_id == environment_id)
    session.execute(
        update(PlanRow).where(PlanRow.base_version_id.in_(versions)).values(base_version_id=None)
    )
    shares = select(ShareRow.id).where(ShareRow.environment_id == environment_id)
    session.execute(delete(ShareUseRow).where(ShareUseRow.share_id.in_(shares)))
    for table in (ShareRow, ProposalRow, MemberRow):
        session.execute(delete(table).where(table.environment_id == environment_id))
    session.execute(delete(ArtifactRow).where(ArtifactRow.version_id.in_(versions)))
    session.execute(delete(RecordRow).where(RecordRow.version_id.in_(versions)))
    session.execute(delete(PointerRow).where(PointerRow.environment_id == environment_id))
    session.execute(delete(ScratchRow).where(ScratchRow.version_id.in_(versions)))
    session.execute(delete(KernelRow).where(KernelRow.environment_id == environment_id))
    session.execute(delete(BuildRow).where(BuildRow.version_id.in_(versions)))
    session.execute(delete(VersionRow).where(VersionRow.environment_id == environment_id))
    session.execute(delete(EventRow).where(EventRow.environment_id == environment_id))
    session.execute(delete(EnvironmentRow).where(EnvironmentRow.id == environment_id))
    _lonely_locks(session)


def _lonely_locks(session: Session) -> None:
    """Locks that no version has any more."""
    used = select(VersionRow.lock_digest).where(VersionRow.lock_digest.is_not(None))
    origins = select(VersionRow.lock_origin_id).where(VersionRow.lock_origin_id.is_not(None))
    session.execute(delete(LockOriginRow).where(LockOriginRow.id.not_in(origins)))
    parts = select(LockPlatformRow.id).where(LockPlatformRow.lock_digest.not_in(used))
    session.execute(delete(LockPackageRow).where(LockPackageRow.lock_platform_id.in_(parts)))
    session.execute(delete(LockPlatformRow).where(LockPlatformRow.lock_digest.not_in(used)))
    session.execute(delete(LockRow).where(LockRow.digest.not_in(used)))


def count_history(session: Session, before: datetime) -> tuple[int, int]:
    """How many events and plans are older than *before*."""
    return (
        session.scalar(select(func.count()).where(_old_event(session, before))) or 0,
        session.scalar(select(func.count()).where(PlanRow.created < before)) or 0,
    )


def history(session: Session, before: datetime) -> None:
    """Remove events and plans older than *before*; the newest event always stays."""
    session.execute(delete(EventRow).where(_old_event(session, before)))
    session.execute(delete(PlanRow).where(PlanRow.created < before))


def _old_event(session: Session, before: datetime) -> ColumnElement[bool]:
    # Readers go on from the newest number, also when nothing has happened for months.
    last = session.scalar(select(func.max(EventRow.sequence))) or 0
    return (EventRow.time < before) & (EventRow.sequence < last)
