"""Scratch layers in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from typing_extensions import Unpack

from .tables import EnvironmentRow, NamespaceRow, ScratchRow, VersionRow


@dataclass(frozen=True)
class ScratchRecord:
    """A scratch layer with what it is a layer over."""

    scratch: ScratchRow
    version: VersionRow
    environment: EnvironmentRow
    namespace: NamespaceRow


def _records() -> Select[Unpack[tuple[ScratchRow, VersionRow, EnvironmentRow, NamespaceRow]]]:
    return (
        select(ScratchRow, VersionRow, EnvironmentRow, NamespaceRow)
        .join(VersionRow, VersionRow.id == ScratchRow.version_id)
        .join(EnvironmentRow, EnvironmentRow.id == VersionRow.environment_id)
        .join(NamespaceRow, NamespaceRow.id == EnvironmentRow.namespace_id)
        .order_by(ScratchRow.created.desc(), ScratchRow.id)
    )


def add(session: Session, version: VersionRow, user: str) -> ScratchRow:
    """A new layer over *version*."""
    row = ScratchRow(version_id=version.id, user=user)
    session.add(row)
    session.flush()
    return row


def of_user(session: Session, user: str) -> Sequence[ScratchRecord]:
    """The layers of *user*, newest first."""
    rows = session.execute(_records().where(ScratchRow.user == user))
    return [ScratchRecord(*row) for row in rows]


def of_environment(session: Session, environment_id: str) -> Sequence[ScratchRecord]:
    """The layers over any version of an environment, whoever's they are."""
    rows = session.execute(_records().where(EnvironmentRow.id == environment_id))
    return [ScratchRecord(*row) for row in rows]


def everybody(session: Session) -> Sequence[ScratchRecord]:
    """All layers, newest first."""
    return [ScratchRecord(*row) for row in session.execute(_records())]


def find(session: Session, identity: str, user: str) -> ScratchRecord | None:
    """The layer with this id when it is *user*'s."""
    row = session.execute(
        _records().where(ScratchRow.id == identity, ScratchRow.user == user)
    ).first()
    return None if row is None else ScratchRecord(*row)


def remove(session: Session, row: ScratchRow) -> None:
    """The layer is gone."""
    session.delete(row)
