"""The event table: the only source from which anybody learns that something changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from ..models.event import Event, EventKind
from .tables import BuildRow, EnvironmentRow, EventRow, NamespaceRow, VersionRow

MEMBERS: EventKind = "members-changed"


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


def emit_members(
    session: Session, namespace: NamespaceRow, kind: str, name: str, environment_id: str = ""
) -> None:
    """Add the event that a user or group has another role, or none, in *namespace*.

    With *environment_id* the role is one on that environment only.
    """
    session.add(
        EventRow(
            kind=MEMBERS,
            namespace_id=namespace.id,
            environment_id=environment_id or None,
            data={"subject": f"{kind}:{name}"},
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


def forget_progress(session: Session, build_id: str) -> None:
    """Counts of an ended build need not be replayed to anybody; its phases are kept."""
    rows = session.execute(
        select(EventRow.sequence, EventRow.data).where(
            EventRow.build_id == build_id, EventRow.kind == "build-changed"
        )
    )
    counted = [sequence for sequence, data in rows if data.get("progress")]
    session.execute(delete(EventRow).where(EventRow.sequence.in_(counted)))


def last_sequence(session: Session) -> int:
    """The highest sequence number, 0 when there is no event yet."""
    return session.scalar(select(func.max(EventRow.sequence))) or 0


def after(
    session: Session,
    sequence: int,
    namespaces: set[str],
    limit: int,
    *,
    user: str,
    subjects: Iterable[str] = (),
    deciding: set[str],
) -> tuple[list[Event], int]:
    """Events after *sequence* in the *namespaces* (ids), oldest first, and where to go on.

    Of proposals only those of *user*, and those in namespaces that they decide about. That the
    role of one of the *subjects* (``user:anna``, ``group:geo``) is another one now is told
    wherever that is: they may have none any more.
    """
    own_role = (EventRow.kind == MEMBERS) & EventRow.data["subject"].as_string().in_(subjects)
    last = last_sequence(session)
    rows = session.execute(
        select(EventRow, NamespaceRow.name, EnvironmentRow.name)
        .join(NamespaceRow, NamespaceRow.id == EventRow.namespace_id)
        .outerjoin(EnvironmentRow, EnvironmentRow.id == EventRow.environment_id)
        .where(EventRow.sequence > sequence, EventRow.sequence <= last)
        .where(EnvironmentRow.id.is_not(None) | EventRow.environment_id.is_(None))
        .where(EventRow.namespace_id.in_(namespaces) | own_role)
        .where(
            or_(
                EventRow.kind != "proposal-changed",
                EventRow.namespace_id.in_(deciding),
                EventRow.data["user"].as_string() == user,
            )
        )
        .order_by(EventRow.sequence)
        .limit(limit)
    ).all()
    events = [
        Event(
            sequence=row.sequence,
            time=row.time,
            kind=cast(EventKind, row.kind),
            namespace=namespace,
            environment=environment or "",
            environment_id=row.environment_id or "",
            version=row.version,
            build=row.build_id,
            data=row.data,
        )
        for row, namespace, environment in rows
    ]
    return events, events[-1].sequence if len(events) == limit else last
