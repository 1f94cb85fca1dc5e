"""What builds took: the latest that became ready."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..models.build import BuildState
from .tables import BuildRow, LockPlatformRow, PrefixRow, VersionRow

_LATEST = 50


@dataclass(frozen=True)
class BuiltRow:
    """A build with the sizes of what it built (bytes). ``phases`` and ``checks``: see BuildRow."""

    phases: list[dict[str, Any]]
    checks: list[dict[str, Any]]
    fetched: int
    packages: int
    package_bytes: int
    prefix_bytes: int


def latest(session: Session, platform: str, limit: int = _LATEST) -> list[BuiltRow]:
    """The latest builds for *platform* that a worker made ready, newest first."""
    rows = session.execute(
        select(
            BuildRow.phases,
            BuildRow.checks,
            BuildRow.fetched,
            LockPlatformRow.conda,
            LockPlatformRow.pip,
            LockPlatformRow.download,
            PrefixRow.size,
        )
        .join(VersionRow, VersionRow.id == BuildRow.version_id)
        .join(LockPlatformRow, LockPlatformRow.lock_digest == VersionRow.lock_digest)
        .join(PrefixRow, PrefixRow.digest == LockPlatformRow.digest)
        .where(
            BuildRow.state == BuildState.READY.value,
            BuildRow.reused.is_(False),
            LockPlatformRow.platform == platform,
        )
        .order_by(BuildRow.finished.desc())
        .limit(limit)
    )
    return [
        BuiltRow(phases, checks, fetched, conda + pip, download, size)
        for phases, checks, fetched, conda, pip, download, size in rows
    ]
