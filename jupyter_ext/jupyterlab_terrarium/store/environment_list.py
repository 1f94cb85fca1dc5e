"""Lists of environments: which there are, and what a row of a list shows of each.

A row needs little of eight tables: those columns are read, and no objects of all tables are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import BindParameter, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from . import environment_filter
from .tables import (
    BuildRow,
    EnvironmentRow,
    KernelRow,
    LockPlatformRow,
    NamespaceRow,
    PrefixRow,
    VersionRow,
)

#: So many hits of a filter are read to count them; if there are more, the database counts.
_COUNTED_AT_ONCE = 1000

_Latest = aliased(VersionRow)
_Current = aliased(VersionRow)
_LatestPart = aliased(LockPlatformRow)
_LatestPrefix = aliased(PrefixRow)


class ListedBuild(NamedTuple):
    """What is shown of the last build of the latest version; named like its columns."""

    id: str
    state: str
    requested_by: str
    cancel_requested: bool
    reused: bool
    retries: int
    checks: list[dict[str, Any]]
    progress: dict[str, Any]
    phases: list[dict[str, Any]]
    warnings: list[str]
    problem: dict[str, Any] | None
    created: datetime
    started: datetime | None
    finished: datetime | None


class ListedEnvironment(NamedTuple):
    """What a row of a list shows of an environment; of its packages for one platform.

    ``latest`` and ``current`` are numbers of versions. What is said of packages, files (``size``
    in bytes) and warnings is of the current version, else of the latest. ``latest_warnings`` are
    those of the files of the latest version, ``None`` while they are not complete.
    """

    id: str
    namespace_id: str
    namespace: str
    name: str
    title: str
    recommended: bool
    updated: datetime
    latest: int
    current: int | None
    part: int | None
    conda: int | None
    pip: int | None
    headline: str | None
    size: int | None
    warnings: list[str] | None
    latest_warnings: list[str] | None
    build: ListedBuild | None


class ListedKernel(NamedTuple):
    """What is shown of a kernel that follows the current version."""

    name: str
    kernel: str
    display_name: str
    language: str


_BUILD = [BuildRow.__table__.c[name] for name in ListedBuild._fields]
_KERNEL = [KernelRow.__table__.c[name] for name in ListedKernel._fields]
_ENVIRONMENT = [
    EnvironmentRow.id,
    EnvironmentRow.namespace_id,
    NamespaceRow.name,
    EnvironmentRow.name,
    EnvironmentRow.title,
    EnvironmentRow.recommended,
    EnvironmentRow.updated,
    _Latest.number,
    _Current.number,
    LockPlatformRow.id,
    LockPlatformRow.conda,
    LockPlatformRow.pip,
    LockPlatformRow.headline,
    PrefixRow.size,
    PrefixRow.warnings,
    _LatestPrefix.warnings,
]
_PLATFORM: BindParameter[str] = bindparam("platform")
# Made once: it takes longer to put this together than to run it.
_LISTED = (
    select(*_ENVIRONMENT, *_BUILD)
    .select_from(EnvironmentRow)
    .join(NamespaceRow, NamespaceRow.id == EnvironmentRow.namespace_id)
    .join(_Latest, _Latest.id == EnvironmentRow.latest_version_id)
    .outerjoin(BuildRow, BuildRow.id == _Latest.last_build_id)
    .outerjoin(_Current, _Current.id == EnvironmentRow.current_version_id)
    .outerjoin(
        LockPlatformRow,
        (LockPlatformRow.lock_digest == EnvironmentRow.lock_digest)
        & (LockPlatformRow.platform == _PLATFORM),
    )
    .outerjoin(PrefixRow, PrefixRow.digest == LockPlatformRow.digest)
    .outerjoin(
        _LatestPart,
        (_LatestPart.lock_digest == _Latest.lock_digest) & (_LatestPart.platform == _PLATFORM),
    )
    .outerjoin(_LatestPrefix, _LatestPrefix.digest == _LatestPart.digest)
    .where(EnvironmentRow.id.in_(bindparam("ids", expanding=True)))
)
_KERNELS = (
    select(KernelRow.environment_id, *_KERNEL)
    .where(KernelRow.environment_id.in_(bindparam("ids", expanding=True)), KernelRow.pinned == "")
    .order_by(KernelRow.name)
)


def page(
    session: Session,
    namespace_ids: set[str],
    platform: str,
    *,
    text: str = "",
    after: tuple[str, str] | None = None,
    limit: int,
) -> tuple[Sequence[ListedEnvironment], int]:
    """Visible environments by (namespace, name), after the pair *after*, and how many in all.

    *text* is a filter, see :mod:`.environment_filter`.
    """
    hits = (
        select(EnvironmentRow.id)
        .join(NamespaceRow, NamespaceRow.id == EnvironmentRow.namespace_id)
        .where(EnvironmentRow.deleted.is_(None), EnvironmentRow.namespace_id.in_(namespace_ids))
    )
    if text:
        hits = hits.where(environment_filter.condition(session, text, platform))
    ordered = hits.order_by(NamespaceRow.name, EnvironmentRow.name)
    counted = select(func.count()).select_from(hits.subquery())
    if text and after is None:
        # To count what a filter finds takes as long as to find it.
        at_once = max(limit, _COUNTED_AT_ONCE)
        ids = session.scalars(ordered.limit(at_once)).all()
        total = len(ids) if len(ids) < at_once else session.scalar(counted)
        return _listed(session, ids[:limit], platform), total or 0
    if after is not None:
        ordered = ordered.where(
            or_(
                NamespaceRow.name > after[0],
                (NamespaceRow.name == after[0]) & (EnvironmentRow.name > after[1]),
            )
        )
    ids = session.scalars(ordered.limit(limit)).all()
    return _listed(session, ids, platform), session.scalar(counted) or 0


def one(session: Session, environment_id: str, platform: str) -> ListedEnvironment:
    """The visible environment with this id as lists show it."""
    return _listed(session, [environment_id], platform)[0]


def _listed(session: Session, ids: Sequence[str], platform: str) -> list[ListedEnvironment]:
    """The environments with these *ids*, in this order."""
    if not ids:
        return []
    found = session.execute(_LISTED, {"ids": ids, "platform": platform})
    rows = {row[0]: row for row in cast("Iterable[tuple[Any, ...]]", found)}
    return [_environment(rows[identity]) for identity in ids]


def _environment(row: tuple[Any, ...]) -> ListedEnvironment:
    build = row[len(_ENVIRONMENT) :]
    made = None if build[0] is None else ListedBuild(*build)
    return ListedEnvironment._make((*row[: len(_ENVIRONMENT)], made))


def kernels(session: Session, ids: Sequence[str]) -> dict[str, list[ListedKernel]]:
    """The kernels that follow these environments' current versions, by environment id."""
    found: dict[str, list[ListedKernel]] = {}
    for environment_id, *kernel in session.execute(_KERNELS, {"ids": ids}):
        found.setdefault(environment_id, []).append(ListedKernel(*kernel))
    return found
