"""Builds in the database: the queue of record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from ..models.build import ACTIVE, ENDED, BuildState, Priority
from .events import BEAT, emit_build, forget_progress
from .tables import BuildRow, EnvironmentRow, NamespaceRow, VersionRow, now

_ACTIVE = [state.value for state in ACTIVE]
#: How many builds a list counts: to count a hundred thousand takes longer than anybody waits.
COUNTED = 1000
#: With fewer visible environments their builds are sorted; with more, the newest builds are sifted.
_FEW = 300


@dataclass(frozen=True)
class BuildRecord:
    """A build with what it is a build of."""

    build: BuildRow
    version: VersionRow
    environment: EnvironmentRow
    namespace: NamespaceRow


_RECORDS = (
    select(BuildRow, VersionRow, EnvironmentRow, NamespaceRow)
    .join(VersionRow, VersionRow.id == BuildRow.version_id)
    .join(EnvironmentRow, EnvironmentRow.id == VersionRow.environment_id)
    .join(NamespaceRow, NamespaceRow.id == EnvironmentRow.namespace_id)
)

_ONE = _RECORDS.where(BuildRow.id == bindparam("id"))
# What a queue asks for all the time: put together once.
_NEWEST = select(func.max(BuildRow.created)).where(BuildRow.state.in_(_ACTIVE))
_WAITING = (
    select(BuildRow.id, BuildRow.requested_by, BuildRow.priority)
    .where(BuildRow.state == BuildState.QUEUED.value, BuildRow.owner.is_(None))
    .order_by(BuildRow.created, BuildRow.id)
)
_RUNNING = (
    select(BuildRow.requested_by, func.count())
    .where(BuildRow.state.in_(_ACTIVE), BuildRow.owner.is_not(None))
    .group_by(BuildRow.requested_by)
)


def add(
    session: Session,
    version: VersionRow,
    user: str,
    priority: Priority = Priority.INTERACTIVE,
) -> BuildRow:
    """Queue a build of *version*, behind all that wait or run.

    ``created`` is the time of day unless the clock was set back: then it is right after the newest
    of those, so that nothing overtakes.
    """
    newest = session.scalar(_NEWEST)
    created = now()
    if newest is not None and newest >= created:
        created = newest + timedelta(microseconds=1)
    row = BuildRow(
        created=created,
        version_id=version.id,
        state=BuildState.QUEUED.value,
        requested_by=user,
        priority=int(priority),
        progress={},
        phases=[],
        warnings=[],
    )
    session.add(row)
    session.flush()
    version.last_build_id = row.id
    emit_build(session, row)
    return row


def get(session: Session, build_id: str) -> BuildRecord | None:
    """The build with this id."""
    row = session.execute(_ONE, {"id": build_id}).first()
    return None if row is None else BuildRecord(*row)


def page(
    session: Session,
    namespace_ids: set[str],
    *,
    active: bool | None,
    before: tuple[datetime, str] | None,
    limit: int,
) -> tuple[Sequence[BuildRecord], int]:
    """Builds of visible environments, newest first, before *before*, and how many in all.

    No more than :data:`COUNTED` are counted.
    """
    ids = _visible(session, namespace_ids, active)
    total = session.scalar(select(func.count()).select_from(ids.limit(COUNTED).subquery()))
    if before is not None:
        ids = ids.where(
            (BuildRow.created < before[0])
            | ((BuildRow.created == before[0]) & (BuildRow.id < before[1]))
        )
    newest = ids.order_by(BuildRow.created.desc(), BuildRow.id.desc()).limit(limit)
    rows = session.execute(_RECORDS.where(BuildRow.id.in_(session.scalars(newest).all())))
    found = sorted(rows, key=lambda row: (row[0].created, row[0].id), reverse=True)
    return [BuildRecord(*row) for row in found], total or 0


def _visible(session: Session, namespace_ids: set[str], active: bool | None) -> Select[str]:
    """Ids of the builds of environments in these namespaces."""
    seen = EnvironmentRow.namespace_id.in_(namespace_ids) & EnvironmentRow.deleted.is_(None)
    few = select(EnvironmentRow.id).where(seen).limit(_FEW)
    environments = session.scalars(few).all()
    if len(environments) < _FEW:
        ids = (
            select(BuildRow.id)
            .join(VersionRow, VersionRow.id == BuildRow.version_id)
            .where(VersionRow.environment_id.in_(environments))
        )
    else:
        ids = select(BuildRow.id).where(
            select(VersionRow.id)
            .join(EnvironmentRow, EnvironmentRow.id == VersionRow.environment_id)
            .where(VersionRow.id == BuildRow.version_id, seen)
            .exists()
        )
    if active is None:
        return ids
    under_way = BuildRow.state.in_(_ACTIVE)
    return ids.where(under_way if active else ~under_way)


def waiting(session: Session) -> Sequence[tuple[str, str, int]]:
    """Id, user and priority of the queued builds that nobody owns, oldest first."""
    return [(identity, user, priority) for identity, user, priority in session.execute(_WAITING)]


def running(session: Session) -> dict[str, int]:
    """How many builds of each user are under way."""
    return dict(session.execute(_RUNNING).all())


def claim(session: Session, build_id: str, owner: str) -> int:
    """Take a queued build; returns the fence: whoever holds an older number lets go.

    One whose version has no lock is solved first of all.
    """
    record = BuildRecord(*session.execute(_ONE, {"id": build_id}).one())
    row = record.build
    row.owner = owner
    row.attempts += 1
    row.fence += 1
    row.started = row.started or now()
    if record.version.lock_digest is None:
        enter(session, row, BuildState.SOLVING)
    return row.fence


def owners(session: Session) -> set[str]:
    """Owners of builds that have not ended."""
    rows = session.scalars(
        select(BuildRow.owner).where(BuildRow.state.in_(_ACTIVE), BuildRow.owner.is_not(None))
    )
    return {owner for owner in rows if owner}


def owned(session: Session, owner: str) -> Sequence[BuildRow]:
    """Builds of *owner* that have not ended."""
    return session.scalars(
        select(BuildRow).where(BuildRow.state.in_(_ACTIVE), BuildRow.owner == owner)
    ).all()


def beat(session: Session, owner: str, number: int) -> set[str]:
    """Give *number* as a sign of life of *owner*; ids of the builds that are still its own."""
    rows = owned(session, owner)
    for row in rows:
        row.progress = {**row.progress, BEAT: number}
    return {row.id for row in rows}


def sign(session: Session, owner: str) -> str:
    """A text that changes with every sign of life of *owner*, and whatever it does to a build."""
    rows = sorted(owned(session, owner), key=lambda row: row.id)
    return " ".join(f"{row.id} {row.fence} {row.state} {row.progress}" for row in rows)


def of_environment(session: Session, environment_id: str) -> Sequence[BuildRow]:
    """Builds of an environment that have not ended."""
    return session.scalars(
        select(BuildRow)
        .join(VersionRow, VersionRow.id == BuildRow.version_id)
        .where(VersionRow.environment_id == environment_id, BuildRow.state.in_(_ACTIVE))
    ).all()


def was_ready(session: Session, version_id: str) -> bool:
    """Whether a build of this version has been ready before."""
    ready = select(BuildRow.id).where(
        BuildRow.version_id == version_id, BuildRow.state == BuildState.READY.value
    )
    return session.scalar(ready.limit(1)) is not None


def cancelled(session: Session, owner: str) -> set[str]:
    """Ids of *owner*'s builds that somebody has asked to end."""
    return set(
        session.scalars(
            select(BuildRow.id).where(
                BuildRow.owner == owner,
                BuildRow.state.in_(_ACTIVE),
                BuildRow.cancel_requested.is_(True),
            )
        )
    )


def counts(session: Session) -> tuple[int, int]:
    """How many builds run and how many are queued."""
    rows = session.execute(
        select(BuildRow.owner.is_(None), func.count())
        .where(BuildRow.state.in_(_ACTIVE))
        .group_by(BuildRow.owner.is_(None))
    ).all()
    found = {bool(queued): int(count) for queued, count in rows}
    return found.get(False, 0), found.get(True, 0)


def release(session: Session, build: BuildRow, why: str = "") -> None:
    """Put a build back into the queue; *why* is what people see while it waits."""
    build.owner = None
    build.state = BuildState.QUEUED.value
    build.progress = {"current": why} if why else {}
    emit_build(session, build)


def enter(
    session: Session, build: BuildRow, state: BuildState, *, seconds_left: float | None = None
) -> None:
    """The build enters *state*; durations of phases are kept in seconds.

    *seconds_left* is what is expected from now until it has ended.
    """
    moment = now()
    phases: list[dict[str, Any]] = [dict(phase) for phase in build.phases]
    if phases and phases[-1]["seconds"] is None:
        started = datetime.fromisoformat(phases[-1]["started"])
        phases[-1]["seconds"] = round((moment - started).total_seconds(), 3)
    if state in ENDED:
        build.finished = moment
        forget_progress(session, build.id)
    else:
        phases.append({"phase": state.value, "started": moment.isoformat(), "seconds": None})
    build.phases = phases
    # Counts are of one phase; those of the last one must not be read as the next one's.
    build.progress = {} if seconds_left is None else {"seconds_left": seconds_left}
    build.state = state.value
    emit_build(session, build)
