"""Plans on their way into the database.

A plan is answered while people type, and a tenth of the time would be that of writing it down: it
is written right after the answer. Whoever asks for a plan by its id waits until it is there, so
nobody of this process can tell. A server that is killed in that moment has lost a plan that nobody
has looked at yet.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

#: Plans that could not be written, of which it is remembered why.
_REMEMBERED = 20


class PlanRows:
    """Writes plans one after the other, in a thread of its own. Thread-safe."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._writer: ThreadPoolExecutor | None = None
        self._waiting: dict[str, Future[None]] = {}

    def write(self, plan_id: str, write: Callable[[], None]) -> None:
        """Let *write* store the plan, soon."""

        def run() -> None:
            write()
            # Only then: one that could not be written says so to whoever asks for it.
            with self._mutex:
                self._waiting.pop(plan_id, None)

        with self._mutex:
            if self._writer is None:
                self._writer = ThreadPoolExecutor(1, "terrarium-plans")
            self._forget_failed()
            self._waiting[plan_id] = self._writer.submit(run)

    def settle(self, plan_id: str | None) -> None:
        """Return when the plan is stored. Raises what kept it from that."""
        with self._mutex:
            waiting = self._waiting.get(plan_id or "")
        if waiting is not None:
            waiting.result()

    def close(self) -> None:
        """Return when all plans are stored."""
        with self._mutex:
            writer, self._writer = self._writer, None
        if writer is not None:
            writer.shutdown()

    def _forget_failed(self) -> None:
        failed = [key for key, one in self._waiting.items() if one.done() and one.exception()]
        for plan_id in failed[:-_REMEMBERED]:
            del self._waiting[plan_id]
