"""Which supervisors live: each holds a lock on its own file for as long as its process does.

No clock decides: the kernel releases a ``flock`` when its process ends, however it ends.
"""

from __future__ import annotations

import os

from ..models.problem import StoreUnusable
from ..store.flock import is_locked, try_lock
from ..store.paths import Layout
from ..store.tables import new_id


class Presence:
    """The proof that this supervisor lives. ``name`` is its identity in the database."""

    def __init__(self, layout: Layout) -> None:
        self.name = f"{os.getpid()}-{new_id()}"
        self._path = layout.supervisors / self.name
        lock = try_lock(self._path)
        if lock is None:
            raise StoreUnusable(f"{self._path} is locked by somebody else")
        self._lock = lock

    def leave(self) -> None:
        """Give the lock back and remove its file."""
        self._path.unlink(missing_ok=True)
        self._lock.release()


def is_alive(layout: Layout, name: str) -> bool:
    """Whether the supervisor called *name* still lives; the file of a dead one is removed."""
    path = layout.supervisors / name
    if is_locked(path):
        return True
    path.unlink(missing_ok=True)
    return False


def any_alive(layout: Layout) -> bool:
    """Whether any supervisor works on this store now."""
    return any(is_alive(layout, entry.name) for entry in layout.supervisors.iterdir())
