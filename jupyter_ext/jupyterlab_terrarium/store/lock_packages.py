"""Which locks have which packages: what a filter looks in.

Names are numbered, so that the many rows of ``lock_package`` are short, and a word is compared
with each name once, however many locks have it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import ColumnElement, Insert, Select, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from .tables import LockPackageRow, PackageNameRow

# Shorter words begin some name in every lock; they are looked for in labels only.
SHORTEST_WORD = 2
# What separates the parts of a package name: `ggplot2` finds `r-ggplot2`.
_SEPARATORS = "-_."


def save(session: Session, lock_platform_id: int, packages: Mapping[str, str]) -> None:
    """Record the *packages* (version by name) of one platform of a lock."""
    versions = {name.lower(): version for name, version in packages.items()}
    if not versions:
        return
    numbers = _numbers(session, sorted(versions))
    session.execute(
        insert(LockPackageRow),
        [
            {"name_id": numbers[name], "lock_platform_id": lock_platform_id, "version": version}
            for name, version in versions.items()
        ],
    )


def _numbers(session: Session, names: list[str]) -> dict[str, int]:
    """The numbers of *names*, which are numbered here if they are new."""
    known = _known(session, names)
    missing = [{"name": name} for name in names if name not in known]
    if not missing:
        return known
    # Somebody else may number the same name at the same time.
    statement: Insert = (
        sqlite.insert(PackageNameRow).on_conflict_do_nothing()
        if session.get_bind().dialect.name == "sqlite"
        else postgresql.insert(PackageNameRow).on_conflict_do_nothing()
    )
    session.execute(statement, missing)
    return _known(session, names)


def _known(session: Session, names: list[str]) -> dict[str, int]:
    rows = session.scalars(select(PackageNameRow).where(PackageNameRow.name.in_(names)))
    return {row.name: row.id for row in rows}


def is_searched(word: str) -> bool:
    """Whether *word* is looked for among packages."""
    return len(word) >= SHORTEST_WORD


def having(word: str) -> Select[int]:
    """Ids of the lock platforms with a package of which *word* begins the name, or a part of it."""
    names = select(PackageNameRow.id).where(_begins(word))
    return select(LockPackageRow.lock_platform_id).where(LockPackageRow.name_id.in_(names))


def nearest(
    session: Session, word: str, lock_platform_ids: Collection[int]
) -> dict[int, tuple[str, str]]:
    """By which package (name, version) each of these has been found by :func:`having`.

    Of several: the one that is named just so, else the one with the shortest name.
    """
    named = session.execute(select(PackageNameRow.id, PackageNameRow.name).where(_begins(word)))
    names = dict(named.all())
    found = session.execute(
        select(LockPackageRow.lock_platform_id, LockPackageRow.name_id, LockPackageRow.version)
        .where(LockPackageRow.name_id.in_(names))
        .where(LockPackageRow.lock_platform_id.in_(lock_platform_ids))
    )
    return _shortest((part, names[number], version) for part, number, version in found)


def _shortest(found: Iterable[tuple[int, str, str]]) -> dict[int, tuple[str, str]]:
    best: dict[int, tuple[str, str]] = {}
    for part, name, version in found:
        before = best.get(part)
        if before is None or (len(name), name) < (len(before[0]), before[0]):
            best[part] = (name, version)
    return best


def _begins(word: str) -> ColumnElement[bool]:
    text = word.lower()
    return or_(
        PackageNameRow.name.startswith(text, autoescape=True),
        *(
            PackageNameRow.name.contains(separator + text, autoescape=True)
            for separator in _SEPARATORS
        ),
    )
