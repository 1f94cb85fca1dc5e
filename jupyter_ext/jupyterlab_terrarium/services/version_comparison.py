"""Use case: what differs between two versions of an environment."""

from __future__ import annotations

import difflib

from ..access.principals import Principal
from ..models.comparison import Comparison
from ..models.lock import Lock, PlatformLock
from ..models.plan import PlanPlatform
from ..store import locks, pointers
from ..store.package_cache import cached
from .comparison import compare
from .context import ServiceContext
from .versions import VersionService
from .views import version_summary_view


class ComparisonService:
    """Comparisons of versions that the principal can see."""

    def __init__(self, context: ServiceContext, versions: VersionService) -> None:
        self._context = context
        self._versions = versions

    def show(
        self, principal: Principal, namespace: str, name: str, before: str, after: str
    ) -> Comparison:
        """From version *before* to version *after*; each a number or the name of a pointer.

        Raises :class:`NotFound`.
        """
        with self._context.database.read() as session:
            environment = self._versions.environment(session, principal, namespace, name)
            old = self._versions.record(session, environment, before)
            new = self._versions.record(session, environment, after)
            names = pointers.names(session, environment.environment.id)
            old_lock = locks.of_version(session, old.version)
            new_lock = locks.of_version(session, new.version)
        found = Comparison(
            before=version_summary_view(old, environment, names),
            after=version_summary_view(new, environment, names),
            specification=_text_changes(
                old.version.specification_text,
                new.version.specification_text,
                f"version {old.version.number}",
                f"version {new.version.number}",
            ),
            same_lock=old_lock is not None and old.version.lock_digest == new.version.lock_digest,
            comparable=old_lock is not None and new_lock is not None,
        )
        if old_lock is not None and new_lock is not None:
            found.platforms = _package_changes(old_lock, new_lock, cached(self._context.layout))
        return found


def _text_changes(before: str, after: str, old: str, new: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), old, new, lineterm="")
    return list(lines)


def _package_changes(before: Lock, after: Lock, here: set[str]) -> list[PlanPlatform]:
    """Every platform of either lock; one that is only in the older loses all its packages."""
    names = {part.platform for part in (*before.platforms, *after.platforms)}
    return [
        compare(
            before.for_platform(name),
            after.for_platform(name) or PlatformLock(platform=name),
            here,
        )
        for name in sorted(names)
    ]
