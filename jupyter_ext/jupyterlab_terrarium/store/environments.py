"""Environments and versions in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, aliased

from .tables import (
    BuildRow,
    EnvironmentRow,
    LockPlatformRow,
    NamespaceRow,
    PrefixRow,
    VersionRow,
    now,
)

_CurrentVersion = aliased(VersionRow)
_LatestVersion = aliased(VersionRow)
_BaseVersion = aliased(VersionRow)


@dataclass(frozen=True)
class EnvironmentRecord:
    """A visible environment with its versions, and the files of the one that is shown.

    ``build`` is the last one of the latest version.
    """

    environment: EnvironmentRow
    namespace: NamespaceRow
    latest: VersionRow
    build: BuildRow | None
    current: VersionRow | None
    prefix: PrefixRow | None


# Put together once: that takes longer than to run it.
_FOUND = (
    select(EnvironmentRow, NamespaceRow, _LatestVersion, BuildRow, _CurrentVersion, PrefixRow)
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
        & (LockPlatformRow.platform == bindparam("platform")),
    )
    .outerjoin(PrefixRow, PrefixRow.digest == LockPlatformRow.digest)
    .where(
        EnvironmentRow.deleted.is_(None),
        EnvironmentRow.namespace_id == bindparam("namespace_id"),
        EnvironmentRow.name == bindparam("name"),
    )
)


def find(session: Session, namespace_id: str, name: str, platform: str) -> EnvironmentRecord | None:
    """The visible environment *name* of a namespace."""
    wanted = {"namespace_id": namespace_id, "name": name, "platform": platform}
    row = session.execute(_FOUND, wanted).first()
    return None if row is None else EnvironmentRecord(*row)


def is_taken(session: Session, namespace_id: str, name: str) -> bool:
    """Whether there is a visible environment *name* in a namespace."""
    taken = select(EnvironmentRow.id).where(
        EnvironmentRow.namespace_id == namespace_id,
        EnvironmentRow.name == name,
        EnvironmentRow.deleted.is_(None),
    )
    return session.scalar(taken) is not None


def get(session: Session, environment_id: str) -> EnvironmentRow:
    """The environment with this id, deleted ones included."""
    return session.get_one(EnvironmentRow, environment_id)


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


_VERSIONS = (
    select(VersionRow, BuildRow, LockPlatformRow, PrefixRow, _BaseVersion.number)
    .outerjoin(BuildRow, BuildRow.id == VersionRow.last_build_id)
    .outerjoin(_BaseVersion, _BaseVersion.id == VersionRow.base_version_id)
    .outerjoin(
        LockPlatformRow,
        (LockPlatformRow.lock_digest == VersionRow.lock_digest)
        & (LockPlatformRow.platform == bindparam("platform")),
    )
    .outerjoin(PrefixRow, PrefixRow.digest == LockPlatformRow.digest)
    .where(VersionRow.environment_id == bindparam("environment_id"))
)


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
    query = _VERSIONS
    if number is not None:
        query = query.where(VersionRow.number == number)
    if before is not None:
        query = query.where(VersionRow.number < before)
    rows = session.execute(
        query.order_by(VersionRow.number.desc()).limit(limit),
        {"platform": platform, "environment_id": environment_id},
    )
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
