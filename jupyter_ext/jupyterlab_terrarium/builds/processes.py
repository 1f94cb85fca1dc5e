"""The processes that a worker started, however deep, and what they use."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


_adopting = False


def adopt_orphans() -> None:
    """Become the parent of orphaned descendants (Linux), so that none can hide.

    For processes all of whose descendants are sandboxed programs: workers.
    """
    global _adopting
    _adopting = True
    if sys.platform != "linux":
        return
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def descendants(root: int | None = None) -> list[int]:
    """Process ids of all that *root* (default: this process) started and that still live."""
    root = os.getpid() if root is None else root
    if not Path("/proc/self/task").exists():
        import psutil

        return [child.pid for child in psutil.Process(root).children(recursive=True)]
    children: dict[int, list[int]] = {}
    for pid in (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()):
        with contextlib.suppress(OSError, IndexError, ValueError):
            status = Path(f"/proc/{pid}/stat").read_bytes()
            parent = int(status[status.rindex(b")") + 2 :].split()[1])
            children.setdefault(parent, []).append(pid)
    found: list[int] = []
    waiting = [root]
    while waiting:
        for child in children.get(waiting.pop(), []):
            found.append(child)
            waiting.append(child)
    return found


def kill_descendants(root: int | None = None) -> int:
    """SIGKILL all descendants of *root*, until none is left; gives how many there were."""
    killed: set[int] = set()
    for _ in range(20):
        alive = [pid for pid in descendants(root) if pid not in killed]
        if not alive:
            break
        for pid in alive:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
            killed.add(pid)
    return len(killed)


def kill_worker(pid: int) -> None:
    """End a worker that was started in its own session, with all that it started, at once.

    Its descendants first: a program may have left the process group, and once the worker, which
    adopts orphans, is gone nobody could tell whose it was.
    """
    kill_descendants(pid)
    with contextlib.suppress(OSError):
        os.killpg(pid, signal.SIGKILL)


def kill_strays() -> int:
    """Kill what sandboxed programs left running, if this process has adopted it."""
    return kill_descendants() if _adopting else 0


def resident_bytes() -> int:
    """Resident memory of this process and its descendants, in bytes."""
    if not Path("/proc/self/statm").exists():
        import psutil

        pids = [os.getpid(), *descendants()]
        return sum(psutil.Process(pid).memory_info().rss for pid in pids if psutil.pid_exists(pid))
    total = 0
    for pid in [os.getpid(), *descendants()]:
        with contextlib.suppress(OSError, IndexError, ValueError):
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    return total
