"""Builds that have not ended, with what is known of the work in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..models.build import ACTIVE
from .tables import BuildRow, LockPlatformRow, VersionRow

_ACTIVE = [state.value for state in ACTIVE]


@dataclass(frozen=True)
class ActiveBuild:
    """A build that runs or waits.

    ``packages`` counts those of its lock; before it is solved, those of the newest solved version
    of its environment; ``None`` when there is none. ``checks`` are the kinds of its checks.
    """

    build: BuildRow
    solved: bool
    packages: int | None
    checks: tuple[str, ...]


def every(session: Session, platform: str) -> list[ActiveBuild]:
    """All builds that have not ended, oldest first; package counts are those of *platform*."""
    rows = session.execute(
        select(BuildRow, VersionRow, LockPlatformRow.conda + LockPlatformRow.pip)
        .join(VersionRow, VersionRow.id == BuildRow.version_id)
        .outerjoin(
            LockPlatformRow,
            (LockPlatformRow.lock_digest == VersionRow.lock_digest)
            & (LockPlatformRow.platform == platform),
        )
        .where(BuildRow.state.in_(_ACTIVE))
        .order_by(BuildRow.created, BuildRow.id)
    ).all()
    before = _solved_before(
        session, platform, {version.environment_id for _, version, count in rows if count is None}
    )
    return [
        ActiveBuild(
            build,
            version.lock_digest is not None,
            before.get(version.environment_id) if count is None else count,
            tuple(str(check["kind"]) for check in version.specification.get("checks", [])),
        )
        for build, version, count in rows
    ]


def _solved_before(
    session: Session, platform: str, environments: Iterable[str]
) -> Mapping[str, int]:
    """How many packages the newest solved version of each environment has."""
    newest = (
        select(VersionRow.environment_id, func.max(VersionRow.number).label("number"))
        .where(VersionRow.environment_id.in_(environments), VersionRow.lock_digest.is_not(None))
        .group_by(VersionRow.environment_id)
        .subquery()
    )
    rows = session.execute(
        select(VersionRow.environment_id, LockPlatformRow.conda + LockPlatformRow.pip)
        .join(
            newest,
            (newest.c.environment_id == VersionRow.environment_id)
            & (newest.c.number == VersionRow.number),
        )
        .join(LockPlatformRow, LockPlatformRow.lock_digest == VersionRow.lock_digest)
        .where(LockPlatformRow.platform == platform)
    )
    return dict(rows.all())
