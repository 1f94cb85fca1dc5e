"""Which versions a rule keeps: read by clean-up, and once more before anything goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..models.build import ACTIVE
from ..models.digest import prefix_name
from ..models.policy import Retention
from . import kernels, locks, records, shares
from .paths import Layout
from .tables import (
    BuildRow,
    EnvironmentRow,
    LockPlatformRow,
    NamespaceRow,
    PointerRow,
    ScratchRow,
    VersionRow,
    now,
)


@dataclass(frozen=True)
class Candidate:
    """A version with the platform digest of its files. ``reason`` is why it is kept, or empty."""

    version_id: str
    environment_id: str
    shown: str
    namespace: str
    digest: str
    lock_digest: str
    reason: str


# Further rules, for what shares, notebooks and kernels refer to: reasons by version id.
Keeper = Callable[[Session], Mapping[str, str]]
KEEPERS: list[Keeper] = [records.keeper, shares.keeper, kernels.keeper]


def candidates(
    session: Session, layout: Layout, rules: Retention, digest: str | None = None
) -> list[Candidate]:
    """Every version that has a lock, for each platform of it, with the reason that keeps it.

    With *digest* only those whose files are the prefix of this platform digest.
    """
    query = (
        select(
            VersionRow.id,
            VersionRow.number,
            VersionRow.created,
            VersionRow.lock_digest,
            EnvironmentRow.id.label("environment_id"),
            EnvironmentRow.name,
            EnvironmentRow.deleted,
            EnvironmentRow.hold,
            EnvironmentRow.current_version_id,
            NamespaceRow.name.label("namespace"),
            LockPlatformRow.digest,
        )
        .join(EnvironmentRow, EnvironmentRow.id == VersionRow.environment_id)
        .join(NamespaceRow, NamespaceRow.id == EnvironmentRow.namespace_id)
        .join(LockPlatformRow, LockPlatformRow.lock_digest == VersionRow.lock_digest)
        .order_by(NamespaceRow.name, EnvironmentRow.name, VersionRow.number)
    )
    if digest is not None:
        query = query.where(LockPlatformRow.digest == digest)
    rows = session.execute(query).all()
    judge = _Judge(session, layout, rules, {row.environment_id for row in rows})
    return [
        Candidate(
            row.id,
            row.environment_id,
            f"{row.namespace}/{row.name}@{row.number}",
            row.namespace,
            row.digest,
            row.lock_digest,
            judge.reason(row),
        )
        for row in rows
    ]


class _Judge:
    """The rules, applied to rows of versions."""

    def __init__(
        self, session: Session, layout: Layout, rules: Retention, environment_ids: set[str]
    ) -> None:
        self._moment = now()
        self._rules = rules
        self._pointed = set(session.scalars(select(PointerRow.version_id)))
        self._scratch = set(session.scalars(select(ScratchRow.version_id)))
        active = [state.value for state in ACTIVE]
        building = select(BuildRow.version_id).where(BuildRow.state.in_(active))
        self._loaded = set(locks.prefixes(session)) if rules.modules else set()
        self._building = set(session.scalars(building))
        self._further: dict[str, str] = {}
        for keeper in KEEPERS:
            self._further.update(keeper(session))
        self._used = last_uses(layout)
        self._newest = _newest(session, rules.keep_last, environment_ids)

    def reason(self, row: Any) -> str:
        """Why the version stays, or an empty text."""
        if row.id in self._building:
            return "it is being built"
        if row.deleted is not None:
            kept = row.deleted > self._before(self._rules.deleted_days)
            return "its environment can still be restored" if kept else ""
        used = self._used.get(prefix_name(row.digest))
        found = [
            (row.current_version_id == row.id, "it is current"),
            (row.hold, "its environment is held"),
            (row.id in self._pointed, "a pointer leads to it"),
            (row.id in self._scratch, "somebody tries something out in it"),
            (row.id in self._further, self._further.get(row.id, "")),
            (row.id in self._newest, "it is one of the newest"),
            (row.created > self._before(self._rules.keep_days), "it is young"),
            (row.digest in self._loaded, "an environment module leads to it"),
            (used is not None and used > self._before(self._rules.used_days), "it was used lately"),
        ]
        return next((why for holds, why in found if holds), "")

    def _before(self, days: float) -> datetime:
        return self._moment - timedelta(days=days)


def last_uses(layout: Layout) -> dict[str, datetime]:
    """When each prefix was last started or built, by its name: the launcher touches the lock."""
    found: dict[str, datetime] = {}
    if layout.locks.is_dir():
        for entry in layout.locks.iterdir():
            moment = entry.stat().st_mtime
            found[entry.name] = datetime.fromtimestamp(moment, timezone.utc)
    return found


def _newest(session: Session, count: int, environment_ids: set[str]) -> set[str]:
    """Ids of the newest *count* versions of each of these environments."""
    numbers: dict[str, list[tuple[int, str]]] = defaultdict(list)
    rows = session.execute(select(VersionRow.environment_id, VersionRow.number, VersionRow.id))
    for environment_id, number, version_id in rows:
        if environment_id in environment_ids:
            numbers[environment_id].append((number, version_id))
    return {
        version_id
        for versions in numbers.values()
        for _, version_id in sorted(versions, reverse=True)[:count]
    }


def kept_digests(found: Sequence[Candidate]) -> set[str]:
    """Platform digests that some version keeps."""
    return {one.digest for one in found if one.reason}
