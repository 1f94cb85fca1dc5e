"""The event table: the only source from which anybody learns that something changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import BindParameter, Select, and_, bindparam, delete, func, or_, select
from sqlalchemy.orm import Session

from ..models.event import Event, EventKind
from .tables import BuildRow, EnvironmentRow, EventRow, NamespaceRow, VersionRow
from .team_tables import MemberRow


def emit(
    session: Session,
    kind: EventKind,
    environment: EnvironmentRow,
    *,
    version: int | None = None,
    build_id: str | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Add an event about *environment* to the transaction of *session*."""
    session.add(
        EventRow(
            kind=kind,
            namespace_id=environment.namespace_id,
            environment_id=environment.id,
            version=version,
            build_id=build_id,
            data=data or {},
        )
    )
    session.info["events"] = True


def emit_member(session: Session, row: MemberRow) -> None:
    """Add the event that the role of *row* in its namespace, or on its environment, changes."""
    session.add(
        EventRow(
            kind="members-changed",
            namespace_id=row.namespace_id,
            environment_id=row.environment_id or None,
            data={"member": f"{row.kind}:{row.subject}"},
        )
    )
    session.info["events"] = True


#: In a build's ``progress``: the last sign of life of its owner, which is of no interest to others.
BEAT = "beat"


def emit_build(session: Session, build: BuildRow) -> None:
    """Add the event that *build* changed, with its state and progress."""
    version = session.get_one(VersionRow, build.version_id)
    environment = session.get_one(EnvironmentRow, version.environment_id)
    emit(
        session,
        "build-changed",
        environment,
        version=version.number,
        build_id=build.id,
        data={
            "state": build.state,
            "progress": {key: value for key, value in build.progress.items() if key != BEAT},
        },
    )


def of_build(build_id: str) -> Select[tuple[int, dict[str, Any]]]:
    """The query for sequence and data of each event that a build changed."""
    return select(EventRow.sequence, EventRow.data).where(
        EventRow.build_id == build_id, EventRow.kind == "build-changed"
    )


def forget_progress(session: Session, build_id: str) -> None:
    """Counts of an ended build need not be replayed to anybody; its phases are kept."""
    rows = session.execute(of_build(build_id))
    counted = [sequence for sequence, data in rows if data.get("progress")]
    if counted:
        session.execute(delete(EventRow).where(EventRow.sequence.in_(counted)))


_LAST = select(func.max(EventRow.sequence))


def last_sequence(session: Session) -> int:
    """The highest sequence number, 0 when there is no event yet."""
    return session.scalar(_LAST) or 0


@dataclass(frozen=True)
class Listener:
    """Who asks for events, and what they may know.

    ``namespaces`` are those that they see, ``deciding`` the namespaces and ``deciding_on`` the
    single environments whose proposals they decide about (ids). ``members`` are the names that
    lists of members know them by, e.g. ``user:anna`` and ``group:geo``.
    """

    user: str
    namespaces: set[str]
    deciding: set[str]
    deciding_on: set[str]
    members: set[str]


def _among(name: str) -> BindParameter[list[str]]:
    return bindparam(name, expanding=True)


# Put together once: that takes longer than to run it.
_AFTER = (
    select(EventRow, NamespaceRow.name, EnvironmentRow.name)
    .join(NamespaceRow, NamespaceRow.id == EventRow.namespace_id)
    .outerjoin(EnvironmentRow, EnvironmentRow.id == EventRow.environment_id)
    .where(EventRow.sequence > bindparam("sequence"), EventRow.sequence <= bindparam("last"))
    .where(or_(EventRow.environment_id.is_(None), EnvironmentRow.id.is_not(None)))
    .where(
        or_(
            EventRow.namespace_id.in_(_among("namespaces")),
            and_(
                EventRow.kind == "members-changed",
                EventRow.data["member"].as_string().in_(_among("members")),
            ),
        )
    )
    .where(
        or_(
            EventRow.kind != "proposal-changed",
            EventRow.namespace_id.in_(_among("deciding")),
            EventRow.environment_id.in_(_among("deciding_on")),
            EventRow.data["user"].as_string() == bindparam("user"),
        )
    )
    .order_by(EventRow.sequence)
    .limit(bindparam("limit"))
)


def after(
    session: Session, sequence: int, listener: Listener, limit: int
) -> tuple[list[Event], int]:
    """Events after *sequence* that concern the *listener*, oldest first, and where to go on.

    Of proposals only their own, and those that they decide about. Whoever loses their role in a
    namespace is told that something is different for them, and not even where.
    """
    last = last_sequence(session)
    rows = session.execute(
        _AFTER,
        {
            "sequence": sequence,
            "last": last,
            "namespaces": list(listener.namespaces),
            "members": list(listener.members),
            "deciding": list(listener.deciding),
            "deciding_on": list(listener.deciding_on),
            "user": listener.user,
            "limit": limit,
        },
    ).all()
    events = [_told(row, namespace, environment, listener) for row, namespace, environment in rows]
    return events, events[-1].sequence if len(events) == limit else last


def _told(row: EventRow, namespace: str, environment: str | None, listener: Listener) -> Event:
    kind = cast(EventKind, row.kind)
    data = row.data
    if kind == "members-changed":
        yours = data["member"] in listener.members
        if row.namespace_id not in listener.namespaces:
            return Event(sequence=row.sequence, time=row.time, kind=kind, data={"yours": True})
        data = {**data, "yours": yours}
    return Event(
        sequence=row.sequence,
        time=row.time,
        kind=kind,
        namespace=namespace,
        environment=environment or "",
        environment_id=row.environment_id or "",
        version=row.version,
        build=row.build_id,
        data=data,
    )
