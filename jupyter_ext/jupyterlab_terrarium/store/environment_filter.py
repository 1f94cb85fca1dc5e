"""The filter of lists of environments: every word of it must be found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from . import lock_packages
from .tables import EnvironmentRow, LockPlatformRow, NamespaceRow

if TYPE_CHECKING:
    from .environment_list import ListedEnvironment


def words(text: str) -> list[str]:
    """The words of a filter, each once."""
    return list(dict.fromkeys(text.lower().split()))


def condition(session: Session, text: str, platform: str) -> ColumnElement[bool]:
    """That every word of *text* is part of a label, or begins the name of a package.

    For queries of *session* that join environment and namespace.
    """
    # What SQLite's LIKE compares need not be folded for it as well, 10,000 times.
    folds = session.get_bind().dialect.name == "sqlite"
    return and_(true(), *(_found(word, platform, folds) for word in words(text)))


def _found(word: str, platform: str, folds: bool) -> ColumnElement[bool]:
    """*folds*: whether the database's LIKE makes no difference between small and capital."""
    title = EnvironmentRow.title
    # Names have no capitals.
    places = [EnvironmentRow.name.contains(word, autoescape=True)]
    if "/" in word:
        path = NamespaceRow.name.concat("/").concat(EnvironmentRow.name)
        places.append(path.contains(word, autoescape=True))
    contains = title.contains if folds else title.icontains
    places.append(contains(word, autoescape=True))
    part = LockPlatformRow.headline.icontains(word, autoescape=True)
    if lock_packages.is_searched(word):
        part |= LockPlatformRow.id.in_(lock_packages.having(word))
    locks = select(LockPlatformRow.lock_digest).where(LockPlatformRow.platform == platform, part)
    places.append(EnvironmentRow.lock_digest.in_(locks))
    return or_(*places)


def matched_packages(
    session: Session, text: str, listed: Sequence[ListedEnvironment]
) -> dict[str, list[tuple[str, str]]]:
    """Packages (name, version) by which *text* found these, by environment id.

    Only for the words that no label has: those say themselves why the environment is there.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for word in filter(lock_packages.is_searched, words(text)):
        parts = {
            row.id: row.part for row in listed if row.part is not None and not _is_label(word, row)
        }
        packages = lock_packages.nearest(session, word, set(parts.values())) if parts else {}
        for environment_id, part in parts.items():
            package = packages.get(part)
            if package is not None and package not in found.setdefault(environment_id, []):
                found[environment_id].append(package)
    return found


def _is_label(word: str, row: ListedEnvironment) -> bool:
    path = f"{row.namespace}/{row.name}" if "/" in word else row.name
    return any(word in label.lower() for label in (path, row.title, row.headline or ""))
