"""The filter of lists of environments: every word of it must be found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from . import lock_packages
from .tables import EnvironmentRow, LockPlatformRow, NamespaceRow

if TYPE_CHECKING:
    from .environments import EnvironmentRecord


def words(text: str) -> list[str]:
    """The words of a filter, each once."""
    return list(dict.fromkeys(text.lower().split()))


def condition(text: str, platform: str) -> ColumnElement[bool]:
    """That every word of *text* is part of a label, or begins the name of a package.

    For queries that join environment and namespace.
    """
    return and_(true(), *(_found(word, platform) for word in words(text)))


def _found(word: str, platform: str) -> ColumnElement[bool]:
    # Names have no capitals, and folding those of 10,000 environments would take its time.
    places = [EnvironmentRow.name.contains(word, autoescape=True)]
    if "/" in word:
        path = NamespaceRow.name.concat("/").concat(EnvironmentRow.name)
        places.append(path.contains(word, autoescape=True))
    # Most have no title, and to fold one costs more than to see that.
    titled = and_(EnvironmentRow.title != "", EnvironmentRow.title.icontains(word, autoescape=True))
    places.append(titled)
    part = LockPlatformRow.headline.icontains(word, autoescape=True)
    if lock_packages.is_searched(word):
        part |= LockPlatformRow.id.in_(lock_packages.having(word))
    locks = select(LockPlatformRow.lock_digest).where(LockPlatformRow.platform == platform, part)
    places.append(EnvironmentRow.lock_digest.in_(locks))
    return or_(*places)


def matched_packages(
    session: Session, text: str, records: Sequence[EnvironmentRecord]
) -> dict[str, list[tuple[str, str]]]:
    """Packages (name, version) by which *text* found these, by environment id.

    Only for the words that no label has: those say themselves why the environment is there.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for word in filter(lock_packages.is_searched, words(text)):
        locks = {
            record.environment.id: record.platform.id
            for record in records
            if record.platform is not None and not _is_label(word, record)
        }
        packages = lock_packages.nearest(session, word, set(locks.values())) if locks else {}
        for environment_id, lock_platform_id in locks.items():
            package = packages.get(lock_platform_id)
            if package is not None and package not in found.setdefault(environment_id, []):
                found[environment_id].append(package)
    return found


def _is_label(word: str, record: EnvironmentRecord) -> bool:
    headline = "" if record.platform is None else record.platform.headline
    path = f"{record.namespace.name}/{record.environment.name}"
    shown = (path if "/" in word else record.environment.name, record.environment.title, headline)
    return any(word in label.lower() for label in shown)
