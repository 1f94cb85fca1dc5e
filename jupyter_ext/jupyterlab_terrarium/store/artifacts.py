"""Artifacts in the database: what was made of versions, and the queue of what is to be made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ..models.artifact import UNDER_WAY, ArtifactState
from ..models.problem import Problem
from . import events
from .artifact_tables import ArtifactRow
from .tables import EnvironmentRow, EventRow, VersionRow, now

_UNDER_WAY = [state.value for state in UNDER_WAY]


def find(session: Session, key: str) -> ArtifactRow | None:
    """The artifact with this key, in whatever state."""
    return session.scalar(select(ArtifactRow).where(ArtifactRow.key == key))


def of_version(session: Session, version_id: str) -> Sequence[ArtifactRow]:
    """What was made, or is to be made, of a version; oldest first."""
    return session.scalars(
        select(ArtifactRow)
        .where(ArtifactRow.version_id == version_id)
        .order_by(ArtifactRow.created, ArtifactRow.id)
    ).all()


def queue(
    session: Session,
    *,
    key: str,
    version: VersionRow,
    form: str,
    platform: str,
    options: dict[str, Any],
    file_name: str,
    media_type: str,
    user: str,
) -> ArtifactRow:
    """Queue what has this *key*; one that has ended is queued again."""
    row = find(session, key)
    if row is None:
        row = ArtifactRow(
            key=key,
            version_id=version.id,
            form=form,
            platform=platform,
            options=options,
            progress={},
            file_name=file_name,
            media_type=media_type,
        )
        session.add(row)
    row.requested_by = user
    row.created = now()
    row.attempts = 0
    _release(row)
    session.flush()
    emit(session, row)
    return row


def _release(row: ArtifactRow) -> None:
    row.state = ArtifactState.QUEUED.value
    row.owner = row.finished = row.problem = None
    row.cancel_requested = False
    row.progress = {}
    row.sha256 = ""
    row.size = 0


def release(session: Session, row: ArtifactRow) -> None:
    """Put one that was being made back into the queue."""
    _release(row)
    emit(session, row)


def waiting(session: Session, user: str) -> int:
    """How many are under way for *user*."""
    return (
        session.scalar(
            select(func.count())
            .select_from(ArtifactRow)
            .where(ArtifactRow.state.in_(_UNDER_WAY), ArtifactRow.requested_by == user)
        )
        or 0
    )


def claim(session: Session, owner: str) -> ArtifactRow | None:
    """Take the one that is next: of whoever has the fewest in the making, the oldest."""
    making = (
        select(ArtifactRow.requested_by, func.count().label("count"))
        .where(ArtifactRow.state == ArtifactState.MAKING.value)
        .group_by(ArtifactRow.requested_by)
        .subquery()
    )
    row = session.scalar(
        select(ArtifactRow)
        .outerjoin(making, making.c.requested_by == ArtifactRow.requested_by)
        .where(ArtifactRow.state == ArtifactState.QUEUED.value)
        .order_by(func.coalesce(making.c.count, 0), ArtifactRow.created, ArtifactRow.id)
        .limit(1)
    )
    if row is not None:
        row.state = ArtifactState.MAKING.value
        row.owner = owner
        row.attempts += 1
        emit(session, row)
    return row


def any_queued(session: Session) -> bool:
    """Whether something waits to be made."""
    queued = select(ArtifactRow.id).where(ArtifactRow.state == ArtifactState.QUEUED.value)
    return session.scalar(queued.limit(1)) is not None


def making(session: Session) -> Sequence[ArtifactRow]:
    """What somebody makes just now."""
    return session.scalars(
        select(ArtifactRow).where(ArtifactRow.state == ArtifactState.MAKING.value)
    ).all()


def ours(session: Session, artifact_id: str, owner: str) -> ArtifactRow | None:
    """The artifact, while it is *owner* that makes it."""
    row = session.get(ArtifactRow, artifact_id)
    if row is None or row.state != ArtifactState.MAKING.value or row.owner != owner:
        return None
    return row


def beat(session: Session, owner: str, number: int) -> set[str]:
    """Give *number* as a sign of life of *owner*; ids of what it makes."""
    rows = [row for row in making(session) if row.owner == owner]
    for row in rows:
        row.beat = number
    return {row.id for row in rows}


def count(session: Session, row: ArtifactRow, progress: dict[str, Any]) -> None:
    """How far it is."""
    row.progress = progress
    emit(session, row)


def end(
    session: Session,
    row: ArtifactRow,
    state: ArtifactState,
    *,
    sha256: str = "",
    size: int = 0,
    problem: Problem | None = None,
) -> None:
    """It is *ready*, *failed* or *cancelled*."""
    row.state = state.value
    row.owner = None
    row.progress = {}
    row.sha256, row.size = sha256, size
    row.problem = None if problem is None else problem.model_dump(mode="json")
    row.finished = now()
    _forget_counts(session, row)
    emit(session, row)


def _forget_counts(session: Session, row: ArtifactRow) -> None:
    """How far it was need not be replayed to anybody."""
    version = session.get_one(VersionRow, row.version_id)
    session.execute(
        delete(EventRow).where(
            EventRow.environment_id == version.environment_id,
            EventRow.kind == "artifact-changed",
            EventRow.data["artifact"].as_string() == row.id,
            EventRow.data["state"].as_string() == ArtifactState.MAKING.value,
        )
    )


def ended(session: Session, before: datetime) -> Sequence[ArtifactRow]:
    """What has ended before *before*, in whatever way."""
    return session.scalars(
        select(ArtifactRow)
        .where(ArtifactRow.state.not_in(_UNDER_WAY), ArtifactRow.finished < before)
        .order_by(ArtifactRow.finished, ArtifactRow.id)
    ).all()


def blobs(session: Session) -> set[str]:
    """SHA-256 of the files of all artifacts."""
    return set(session.scalars(select(ArtifactRow.sha256).where(ArtifactRow.sha256 != "")))


def forget(session: Session, row: ArtifactRow) -> None:
    """Remove the row; its blob is an orphan then, unless something else needs it."""
    emit(session, row, gone=True)
    session.delete(row)


def emit(session: Session, row: ArtifactRow, *, gone: bool = False) -> None:
    """Add the event that *row* changed."""
    version = session.get_one(VersionRow, row.version_id)
    environment = session.get_one(EnvironmentRow, version.environment_id)
    events.emit(
        session,
        "artifact-changed",
        environment,
        version=version.number,
        data={
            "artifact": row.id,
            "form": row.form,
            "platform": row.platform,
            "state": "gone" if gone else row.state,
            "progress": row.progress,
        },
    )
