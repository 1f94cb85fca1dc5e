"""Threads for services that take long, apart from those that everything else needs.

One lane is for what waits for the solver, another for what reads or writes thousands of files.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from ..models.problem import SolverUnavailable, TerrariumError, TooBusy

R = TypeVar("R")


class SlowLane:
    """At most *threads* run at a time and *waiting* more wait; whoever comes then is told so."""

    def __init__(
        self,
        threads: int = 8,
        waiting: int = 24,
        refuse: type[TerrariumError] = SolverUnavailable,
        what: str = "the solver",
    ) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="terrarium-slow")
        self._places = threads + waiting
        self._refuse = refuse
        self._what = what

    @classmethod
    def for_files(cls) -> SlowLane:
        """The lane of what reads or writes whole prefixes: the disk is busy with one of them."""
        return cls(1, 15, TooBusy, "the store's files to be looked through")

    async def run(self, function: Callable[[], R]) -> R:
        """The answer of *function*. Raises the lane's error when there is no place."""
        if self._places <= 0:
            raise self._refuse(f"too many requests wait for {self._what}", "Try again in a moment.")
        self._places -= 1
        future = asyncio.get_running_loop().run_in_executor(self._executor, function)
        future.add_done_callback(self._leave)
        return await asyncio.shield(future)

    def _leave(self, future: asyncio.Future[R]) -> None:
        self._places += 1
        if not future.cancelled():
            future.exception()

    def close(self) -> None:
        """Take nobody in any more."""
        self._executor.shutdown(wait=False, cancel_futures=True)
