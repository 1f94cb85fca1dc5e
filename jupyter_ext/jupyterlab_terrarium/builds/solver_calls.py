"""The solver process of a store, and one call of it: it is restarted when it ended."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from typing import NamedTuple

from pydantic import BaseModel

from ..models.problem import Problem, SolverUnavailable
from ..models.told_problem import error_of
from ..store.paths import Layout
from .solver_connection import Died, SolveCancelled, SolverConnection, answer_of
from .solver_protocol import Message
from .solver_requests import Nothing

#: Seconds that the process gets to say itself that a request took too long.
GRACE = 5.0


class Sent(NamedTuple):
    """A request on its way: where it went, its number, what gets the answer."""

    connection: SolverConnection
    number: int
    future: Future[Message]


class SolverCalls:
    """Blocking calls from any thread, whatever is called."""

    def __init__(self, layout: Layout, memory_limit_bytes: int, timeout_s: float) -> None:
        self._layout = layout
        self._timeout = timeout_s
        self._arguments = [
            *("--root", str(layout.root)),
            *("--memory-limit", str(memory_limit_bytes)),
            *("--timeout", str(timeout_s)),
        ]
        self._lock = threading.Lock()
        self._connection: SolverConnection | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Process id of the running solver process, if there is one."""
        connection = self._connection
        return connection.pid if connection is not None and connection.alive else None

    def start(self) -> None:
        """Start the process in the background, so that the first request finds it warm."""
        threading.Thread(target=self._warm, name="terrarium-solver-start", daemon=True).start()

    def _warm(self) -> None:
        try:
            self.ping()
        except SolverUnavailable:
            # Closed again before it was warm, or it cannot start: the first request will tell.
            return

    def close(self) -> None:
        """End the process; requests being worked on raise :class:`SolverUnavailable`."""
        with self._lock:
            self._closed = True
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def ping(self) -> None:
        """Return when the process is ready."""
        self._call("ping", Nothing())

    def _connected(self) -> SolverConnection:
        with self._lock:
            if self._closed:
                raise SolverUnavailable("The solver was shut down.")
            if self._connection is None or not self._connection.alive:
                try:
                    self._connection = SolverConnection(
                        self._arguments, self._layout.logs / "solver.log"
                    )
                except OSError as error:
                    raise SolverUnavailable(
                        f"The solver process cannot be started: {error}."
                    ) from error
            return self._connection

    def _send(self, method: str, params: BaseModel) -> Sent:
        connection = self._connected()
        return Sent(connection, *connection.send(method, params))

    def _call(
        self, method: str, params: BaseModel, cancelled: threading.Event | None = None
    ) -> bytes:
        """The answer to one request, as JSON; see :meth:`_answer`."""
        return self._answer(method, params, cancelled).content

    def _answer(
        self,
        method: str,
        params: BaseModel,
        cancelled: threading.Event | None = None,
        sent: Sent | None = None,
    ) -> Message:
        """The answer to one request; asked again when the process ended meanwhile.

        *sent* is the request where it has been sent already.

        A request that was worked on alone when the process ended gets one more chance, others
        two: they may have suffered from their neighbour.
        """
        deadline = time.monotonic() + self._timeout + GRACE
        chances = 3
        while True:
            if cancelled is not None and cancelled.is_set():
                raise SolveCancelled
            connection, number, future = sent or self._send(method, params)
            sent = None
            try:
                answer = answer_of(future, deadline, cancelled)
            except SolveCancelled:
                connection.cancel(number)
                raise
            except Died as death:
                chances -= 2 if death.alone else 1
                if self._closed or chances <= 0:
                    raise self._ended() from death
                continue
            except Late:
                # It did not notice its own time limit, so it will not notice anything else.
                connection.kill()
                raise SolverUnavailable(
                    f"The solver worked for {self._timeout:.0f} s without an answer, which is its "
                    "time limit, and was restarted.",
                    "Ask for narrower versions, or raise the solver's time limit.",
                ) from None
            if answer.word == "failed":
                raise error_of(Problem.model_validate_json(answer.content))
            return answer

    def _ended(self) -> SolverUnavailable:
        if self._closed:
            return SolverUnavailable("The solver was shut down.")
        return SolverUnavailable(
            "The solver process ended before it had an answer, more than once.",
            f"Its log is {self._layout.logs / 'solver.log'}.",
        )
