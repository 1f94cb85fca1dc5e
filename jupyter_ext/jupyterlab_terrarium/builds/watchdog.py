"""Limits that are watched while a worker runs: wall-clock time, memory, size of the prefix."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from ..models.build_problem import BuildFailed, LimitExceeded, OutOfMemory, TimeLimit
from .job import Limits
from .processes import resident_bytes

INTERVAL = 0.25


class Watchdog:
    """Ends the build through *on_exceeded* when a limit is passed.

    Between :meth:`close` and the end of the process nothing is interrupted any more: the build
    that is about to become visible is either whole or was stopped before.
    """

    def __init__(
        self,
        limits: Limits,
        on_exceeded: Callable[[BuildFailed], None],
        growing: Callable[[], int] | None = None,
    ) -> None:
        self._limits = limits
        self._on_exceeded = on_exceeded
        self.growing = growing
        self._start = time.monotonic()
        self._closed = False
        self._mutex = threading.Lock()

    def start(self) -> None:
        """Start watching, if there is anything to watch."""
        limits = self._limits
        if limits.max_seconds or limits.memory_bytes or limits.max_bytes:
            threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def close(self) -> None:
        """No limit applies any more. Never returns when an end is under way already."""
        with self._mutex:
            self._closed = True

    def _watch(self) -> None:
        while True:
            problem = self._exceeded()
            with self._mutex:
                if self._closed:
                    return
                if problem is not None:
                    self._on_exceeded(problem)
            time.sleep(INTERVAL)

    def _exceeded(self) -> BuildFailed | None:
        limits = self._limits
        seconds = time.monotonic() - self._start
        if limits.max_seconds and seconds > limits.max_seconds:
            return TimeLimit(
                f"The build took longer than {limits.max_seconds:g} seconds.",
                hint="Retry (what was fetched is kept), or have the time limit raised.",
            )
        if limits.memory_bytes and resident_bytes() > limits.memory_bytes:
            return OutOfMemory(
                f"The build needed more than {megabytes(limits.memory_bytes)} of memory.",
                hint="Have the memory limit raised, or ask for fewer packages.",
            )
        if limits.max_bytes and self.growing is not None:
            size = self.growing()
            if size > limits.max_bytes:
                return too_large(size, limits.max_bytes)
        return None


def too_large(size: int, limit: int) -> LimitExceeded:
    """The error for a prefix of *size* bytes where *limit* are allowed."""
    return LimitExceeded(
        f"The environment is larger than allowed: {megabytes(size)} of at most {megabytes(limit)}.",
        hint="Ask for fewer or smaller packages, or have the size limit raised.",
    )


def megabytes(count: int) -> str:
    """*count* bytes in megabytes (10^6), for people."""
    return f"{count / 1e6:,.1f} MB"
