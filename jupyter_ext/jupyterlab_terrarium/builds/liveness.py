"""Which supervisors live: each holds a lock on its own file for as long as its process does.

No clock decides: the kernel releases a ``flock`` when its process ends, however it ends. Whether a
supervisor on another machine lives, its lock cannot tell: see :mod:`.heartbeat`.
"""

from __future__ import annotations

import hashlib
import os
import platform
from pathlib import Path

from ..store.flock import is_locked, try_lock, wait_for_lock
from ..store.paths import Layout
from ..store.tables import new_id


def host_id(layout: Layout) -> str:
    """Eight digits for what shares our locks: this machine, and this very directory of locks.

    Two containers with the same image and roots of their own are two hosts.
    """
    try:
        machine = Path("/etc/machine-id").read_text().strip()
    except OSError:
        machine = ""
    status = layout.supervisors.stat()
    where = f"{machine or platform.node()} {status.st_dev} {status.st_ino}"
    return hashlib.sha256(where.encode()).hexdigest()[:8]


def is_elsewhere(name: str, host: str) -> bool:
    """Whether the supervisor called *name* runs where its lock cannot be seen from *host*.

    Names of older programs have no host: they were of this machine.
    """
    return name.partition(".")[2] not in ("", host)


class Presence:
    """The proof that this supervisor lives. ``name`` is its identity in the database."""

    def __init__(self, layout: Layout) -> None:
        self.name = f"{os.getpid()}-{new_id()}.{host_id(layout)}"
        self.host = self.name.partition(".")[2]
        self._path = layout.supervisors / self.name
        # Whoever asks just now whether we live holds the lock for a moment.
        lock = wait_for_lock(self._path, lambda: False, lambda: None)
        assert lock is not None
        self._lock = lock

    def leave(self) -> None:
        """Give the lock back and remove its file."""
        self._path.unlink(missing_ok=True)
        self._lock.release()


def is_alive(layout: Layout, name: str) -> bool:
    """Whether the supervisor called *name* still lives; the file of a dead one is removed.

    Under its lock: one that is about to take it finds that out, and makes the file anew.
    """
    path = layout.supervisors / name
    if not path.exists():
        return False
    lock = try_lock(path)
    if lock is None:
        return True
    with lock:
        path.unlink(missing_ok=True)
    return False


def alive(layout: Layout) -> set[str]:
    """The supervisors that work on this store now; files of dead ones are removed."""
    return {entry.name for entry in layout.supervisors.iterdir() if is_alive(layout, entry.name)}


def any_alive(layout: Layout) -> bool:
    """Whether any supervisor works on this store now."""
    return bool(alive(layout))


def layer_in_use(layout: Layout, layer: Path) -> bool:
    """Whether the supervisor or the process that a worker's *layer* belongs to still lives."""
    name = layer.name.removesuffix(".lock")
    if is_locked(layout.workers / f"{name}.lock"):
        return True
    supervisor = name.rpartition("-")[0]
    if supervisor and is_alive(layout, supervisor):
        return True
    own = [entry.name.partition("-")[0] for entry in layer.iterdir()] if layer.is_dir() else []
    return any(process.isdigit() and _runs(int(process)) for process in own)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
