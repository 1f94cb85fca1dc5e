"""Named pointers of environments in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from .tables import PointerRow, VersionRow, now


@dataclass(frozen=True)
class PointerRecord:
    """A named pointer with the version that it leads to."""

    pointer: PointerRow
    version: VersionRow


_OF = (
    select(PointerRow, VersionRow)
    .join(VersionRow, VersionRow.id == PointerRow.version_id)
    .where(PointerRow.environment_id == bindparam("environment_id"))
    .order_by(PointerRow.name)
)


def of(session: Session, environment_id: str) -> Sequence[PointerRecord]:
    """The named pointers of an environment, by name."""
    rows = session.execute(_OF, {"environment_id": environment_id})
    return [PointerRecord(pointer, version) for pointer, version in rows]


def names(session: Session, environment_id: str) -> dict[str, list[str]]:
    """The names that lead to each version of an environment, by version id."""
    found: dict[str, list[str]] = {}
    for item in of(session, environment_id):
        found.setdefault(item.version.id, []).append(item.pointer.name)
    return found


def find(session: Session, environment_id: str, name: str) -> PointerRecord | None:
    """The pointer *name* of an environment."""
    return next((item for item in of(session, environment_id) if item.pointer.name == name), None)


def version_of(session: Session, environment_id: str, named: str) -> VersionRow | None:
    """The version that *named*, a number or the name of a pointer, means now."""
    if named.isdigit():
        return session.scalar(
            select(VersionRow).where(
                VersionRow.environment_id == environment_id, VersionRow.number == int(named)
            )
        )
    found = find(session, environment_id, named)
    return None if found is None else found.version


def put(session: Session, version: VersionRow, name: str, user: str) -> PointerRow:
    """Let the pointer *name* of the version's environment lead to *version*."""
    row = session.get(PointerRow, (version.environment_id, name))
    if row is None:
        row = PointerRow(environment_id=version.environment_id, name=name)
        session.add(row)
    row.version_id = version.id
    row.updated = now()
    row.updated_by = user
    session.flush()
    return row


def remove(session: Session, row: PointerRow) -> None:
    """The pointer is gone."""
    session.delete(row)
