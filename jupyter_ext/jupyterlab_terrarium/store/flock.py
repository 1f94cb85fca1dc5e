"""``flock`` on the files in ``locks/``: builders exclusive, kernels shared.

The lock belongs to the open file, not to the process: it lasts until the last process that
inherited the descriptor has ended, however it ended.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType


class FileLock:
    """A held lock; a context manager. The descriptor is not inherited by child processes."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self.descriptor = descriptor

    def release(self) -> None:
        """Give the lock up. Doing it twice does no harm."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def __enter__(self) -> FileLock:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def try_lock(path: Path, shared: bool = False) -> FileLock | None:
    """Take the lock at once, or give ``None`` if somebody else has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    operation = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(descriptor, operation)
            # A clean-up may have removed the file between open and flock: then the lock is on
            # a file that nobody else will ever open.
            if _same_file(descriptor, path):
                return FileLock(path, descriptor)
        except BlockingIOError:
            os.close(descriptor)
            return None
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def wait_for_lock(
    path: Path,
    give_up: Callable[[], bool],
    first_wait: Callable[[], None],
    shared: bool = False,
) -> FileLock | None:
    """Take the lock, however long that takes; ``None`` as soon as *give_up* is true.

    Asks again every 20 to 250 ms instead of sleeping in the kernel: kernels hold shared locks
    for days, and what the waiting one wants may be there meanwhile. *first_wait* is called once.
    """
    pause = 0.02
    waited = False
    while True:
        if give_up():
            return None
        lock = try_lock(path, shared)
        if lock is not None:
            return lock
        if not waited:
            first_wait()
            waited = True
        time.sleep(pause)
        pause = min(pause * 1.5, 0.25)


def is_locked(path: Path) -> bool:
    """Whether anybody holds the lock in any mode. Makes no file."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _same_file(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
