"""Environments and versions in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased, defer
from typing_extensions import Unpack

from . import environment_filter
from .tables import (
    BuildRow,
    EnvironmentRow,
    KernelRow,
    LockPlatformRow,
    NamespaceRow,
    PrefixRow,
    VersionRow,
    now,
)

_CurrentVersion = aliased(VersionRow)
_LatestVersion = aliased(VersionRow)
_BaseVersion = aliased(VersionRow)
_LatestPrefix = aliased(PrefixRow)
_LatestPlatform = aliased(LockPlatformRow)

#: Long texts, of which a list shows nothing.
_NOT_IN_LISTS = [
    defer(column, raiseload=True)
    for version in (_CurrentVersion, _LatestVersion)
    for column in (version.specification, version.specification_text, version.run_link_scripts)
]


@dataclass(frozen=True)
class EnvironmentRecord:
    """An environment with everything that one row of a list shows."""

    environment: EnvironmentRow
    namespace: NamespaceRow
    latest: VersionRow
    build: BuildRow | None
    current: VersionRow | None
    platform: LockPlatformRow | None
    prefix: PrefixRow | None
    latest_prefix: PrefixRow | None


def _records(platform: str) -> Select[Unpack[tuple[Any, ...]]]:
    return (
        select(
            EnvironmentRow,
            NamespaceRow,
            _LatestVersion,
            BuildRow,
            _CurrentVersion,
            LockPlatformRow,
            PrefixRow,
            _LatestPrefix,
        )
        .join(NamespaceRow, NamespaceRow.id == EnvironmentRow.namespace_id)
        .join(_LatestVersion, _LatestVersion.id == EnvironmentRow.latest_version_id)
        .outerjoin(BuildRow, BuildRow.id == _LatestVersion.last_build_id)
        .outerjoin(_CurrentVersion, _CurrentVersion.id == EnvironmentRow.current_version_id)
        .outerjoin(
            LockPlatformRow,
            (
                LockPlatformRow.lock_digest
                == func.coalesce(_CurrentVersion.lock_digest, _LatestVersion.lock_digest)
            )
            & (LockPlatformRow.platform == platform),
        )
        .outerjoin(PrefixRow, PrefixRow.digest == LockPlatformRow.digest)
        .outerjoin(
            _LatestPlatform,
            (_LatestPlatform.lock_digest == _LatestVersion.lock_digest)
            & (_LatestPlatform.platform == platform),
        )
        .outerjoin(_LatestPrefix, _LatestPrefix.digest == _LatestPlatform.digest)
        .where(EnvironmentRow.deleted.is_(None))
    )


def find(session: Session, namespace_id: str, name: str, platform: str) -> EnvironmentRecord | None:
    """The visible environment *name* of a namespace."""
    row = session.execute(
        _records(platform).where(
            EnvironmentRow.namespace_id == namespace_id, EnvironmentRow.name == name
        )
    ).first()
    return None if row is None else EnvironmentRecord(*row)


def get(session: Session, environment_id: str) -> EnvironmentRow:
    """The environment with this id, deleted ones included."""
    return session.get_one(EnvironmentRow, environment_id)


def page(
    session: Session,
    namespace_ids: set[str],
    platform: str,
    *,
    text: str = "",
    after: tuple[str, str] | None = None,
    limit: int,
) -> tuple[Sequence[EnvironmentRecord], int]:
    """Visible environments by (namespace, name), after the pair *after*, and how many in all.

    *text* is a filter, see :mod:`.environment_filter`.
    """
    hits = (
        select(EnvironmentRow.id)
        .join(NamespaceRow, NamespaceRow.id == EnvironmentRow.namespace_id)
        .where(EnvironmentRow.deleted.is_(None), EnvironmentRow.namespace_id.in_(namespace_ids))
    )
    if text:
        hits = hits.where(environment_filter.condition(text, platform))
    total: int | None = None
    if after is not None or not text:
        # Without a filter this is an index that is counted; else the page counts what it finds.
        total = session.scalar(select(func.count()).select_from(hits.subquery())) or 0
    if after is not None:
        hits = hits.where(
            or_(
                NamespaceRow.name > after[0],
                (NamespaceRow.name == after[0]) & (EnvironmentRow.name > after[1]),
            )
        )
    ordered = hits.order_by(NamespaceRow.name, EnvironmentRow.name).limit(limit)
    if total is None:
        found = session.execute(ordered.add_columns(func.count().over())).all()
        ids, total = [row[0] for row in found], found[0][1] if found else 0
    else:
        ids = list(session.scalars(ordered)) if total else []
    rows = session.execute(
        _records(platform).where(EnvironmentRow.id.in_(ids)).options(*_NOT_IN_LISTS)
    )
    records = {row[0].id: EnvironmentRecord(*row) for row in rows} if ids else {}
    return [records[environment_id] for environment_id in ids], total


def kernels(session: Session, environment_ids: set[str]) -> dict[str, list[KernelRow]]:
    """The kernels that follow these environments' current versions, by environment id."""
    found: dict[str, list[KernelRow]] = {}
    rows = session.scalars(
        select(KernelRow)
        .where(KernelRow.environment_id.in_(environment_ids), KernelRow.pinned == "")
        .order_by(KernelRow.name)
    )
    for row in rows:
        found.setdefault(row.environment_id, []).append(row)
    return found


def add(
    session: Session,
    namespace: NamespaceRow,
    name: str,
    *,
    title: str,
    description: str,
    user: str,
) -> EnvironmentRow:
    """A new environment without a version."""
    row = EnvironmentRow(
        namespace_id=namespace.id, name=name, title=title, description=description, created_by=user
    )
    session.add(row)
    session.flush()
    return row


def add_version(
    session: Session,
    environment: EnvironmentRow,
    *,
    text: str,
    specification: dict[str, Any],
    run_link_scripts: list[str],
    user: str,
    mode: str = "refresh",
    base_version_id: str | None = None,
) -> VersionRow:
    """The next version of *environment*; *mode* and base say how it is solved."""
    last = session.scalar(
        select(func.max(VersionRow.number)).where(VersionRow.environment_id == environment.id)
    )
    row = VersionRow(
        environment_id=environment.id,
        number=(last or 0) + 1,
        specification_text=text,
        specification=specification,
        run_link_scripts=run_link_scripts,
        created_by=user,
        mode=mode,
        base_version_id=base_version_id,
    )
    session.add(row)
    session.flush()
    environment.latest_version_id = row.id
    environment.updated = now()
    return row


@dataclass(frozen=True)
class VersionRecord:
    """A version with its last build and, for one platform, its lock's row and its prefix.

    ``base`` is the number of the version that it was based on.
    """

    version: VersionRow
    build: BuildRow | None
    platform: LockPlatformRow | None
    prefix: PrefixRow | None
    base: int | None


def versions(
    session: Session,
    environment_id: str,
    platform: str,
    *,
    number: int | None = None,
    before: int | None = None,
    limit: int = 1,
) -> Sequence[VersionRecord]:
    """Versions of an environment, newest first; one when *number* is given."""
    query = (
        select(VersionRow, BuildRow, LockPlatformRow, PrefixRow, _BaseVersion.number)
        .outerjoin(BuildRow, BuildRow.id == VersionRow.last_build_id)
        .outerjoin(_BaseVersion, _BaseVersion.id == VersionRow.base_version_id)
        .outerjoin(
            LockPlatformRow,
            (LockPlatformRow.lock_digest == VersionRow.lock_digest)
            & (LockPlatformRow.platform == platform),
        )
        .outerjoin(PrefixRow, PrefixRow.digest == LockPlatformRow.digest)
        .where(VersionRow.environment_id == environment_id)
    )
    if number is not None:
        query = query.where(VersionRow.number == number)
    if before is not None:
        query = query.where(VersionRow.number < before)
    rows = session.execute(query.order_by(VersionRow.number.desc()).limit(limit))
    return [VersionRecord(*row) for row in rows]


def newest_solved(session: Session, environment_id: str) -> VersionRow | None:
    """The newest version of an environment that has a lock."""
    return session.scalar(
        select(VersionRow)
        .where(VersionRow.environment_id == environment_id, VersionRow.lock_digest.is_not(None))
        .order_by(VersionRow.number.desc())
        .limit(1)
    )


def count_versions(session: Session, environment_id: str) -> int:
    """How many versions the environment has."""
    return (
        session.scalar(
            select(func.count())
            .select_from(VersionRow)
            .where(VersionRow.environment_id == environment_id)
        )
        or 0
    )


def with_prefix(session: Session, digest: str) -> Sequence[EnvironmentRow]:
    """Visible environments with a version whose files are the prefix of this platform digest."""
    versions_with = (
        select(VersionRow.environment_id)
        .join(LockPlatformRow, LockPlatformRow.lock_digest == VersionRow.lock_digest)
        .where(LockPlatformRow.digest == digest)
    )
    return session.scalars(
        select(EnvironmentRow).where(
            EnvironmentRow.deleted.is_(None), EnvironmentRow.id.in_(versions_with)
        )
    ).all()


def version(session: Session, version_id: str) -> VersionRow:
    """The version with this id."""
    return session.get_one(VersionRow, version_id)


def namespace(session: Session, environment: EnvironmentRow) -> NamespaceRow:
    """The namespace of *environment*."""
    return session.get_one(NamespaceRow, environment.namespace_id)
