"""Which prefixes are in use now: held by a running kernel, a command or a build."""

from __future__ import annotations

from ..store.flock import is_locked
from ..store.paths import Layout


def in_use(layout: Layout) -> set[str]:
    """Names of the prefixes whose lock somebody holds, shared or exclusive, in this moment.

    For showing and for choosing what to remove. Whoever removes one takes its exclusive lock
    (:func:`store.flock.try_lock`) and keeps it meanwhile: a kernel that starts then waits, and
    finds the files complete or gone. Asking takes each lock for a few microseconds; launchers and
    builders try again.
    """
    if not layout.locks.is_dir():
        return set()
    return {entry.name for entry in layout.locks.iterdir() if is_locked(entry)}


def is_in_use(layout: Layout, digest: str) -> bool:
    """Whether the prefix with this platform digest is in use now."""
    return is_locked(layout.lock(digest))
