"""Copies of environments in the database: rows only, whatever the size of the files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from ..models.build import ENDED, BuildState
from . import builds, pointers
from .tables import Base, BuildRow, EnvironmentRow, VersionRow

R = TypeVar("R", bound=Base)


def all_versions(session: Session, environment_id: str) -> Sequence[VersionRow]:
    """Every version of an environment, oldest first."""
    return session.scalars(
        select(VersionRow)
        .where(VersionRow.environment_id == environment_id)
        .order_by(VersionRow.number)
    ).all()


def copy_versions(
    session: Session,
    environment: EnvironmentRow,
    versions: Sequence[VersionRow],
    user: str,
    *,
    renumber: bool,
) -> dict[str, VersionRow]:
    """Give the new *environment* copies of *versions* (oldest first); returns them by old id.

    Each keeps its text, lock, note, maker and date, and the record of its last build; what is
    not built yet is queued for *user*. With *renumber* the numbers begin at 1.
    """
    copies: dict[str, VersionRow] = {}
    for number, version in enumerate(versions, 1):
        base = copies.get(version.base_version_id or "")
        copy = _copy(
            version,
            environment_id=environment.id,
            number=number if renumber else version.number,
            base_version_id=None if base is None else base.id,
            last_build_id=None,
        )
        session.add(copy)
        session.flush()
        _copy_build(session, version, copy, user)
        copies[version.id] = copy
        environment.latest_version_id = copy.id
    return copies


def _copy_build(session: Session, version: VersionRow, copy: VersionRow, user: str) -> None:
    last = None if version.last_build_id is None else session.get(BuildRow, version.last_build_id)
    if last is None or BuildState(last.state) not in ENDED:
        builds.add(session, copy, user)
        return
    build = _copy(last, version_id=copy.id, owner=None)
    session.add(build)
    session.flush()
    copy.last_build_id = build.id


def copy_pointers(
    session: Session, source: EnvironmentRow, copies: dict[str, VersionRow], user: str
) -> None:
    """The pointers of *source* lead to the copies of the same versions."""
    for item in pointers.of(session, source.id):
        pointers.put(session, copies[item.version.id], item.pointer.name, user)


def _copy(row: R, **changes: object) -> R:
    """A new row like *row*, with an identity of its own."""
    values = {item.key: getattr(row, item.key) for item in inspect(type(row)).column_attrs}
    del values["id"]
    return type(row)(**{**values, **changes})
