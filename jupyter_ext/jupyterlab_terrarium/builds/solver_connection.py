"""One running solver process, seen from the side that asks."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ..models.problem import InvalidRequest
from .solution_wire import SentPieces
from .solver_locks import SentLocks
from .solver_protocol import MAX_LINE, Message, decode, encode
from .solver_requests import SolveRequest

if TYPE_CHECKING:
    from pydantic import BaseModel

    from ..models.lock import Lock

#: Seconds between two looks at whether a solve was cancelled.
POLL = 0.05
#: Bytes after which the log starts anew; the one before is kept.
MAX_LOG = 1024 * 1024
#: What a pipe holds where the system lets us say so: whoever writes need not wait for the reader.
PIPE_BYTES = 1024 * 1024
#: Seconds that a message which is only a courtesy waits for its turn to be written.
CANCEL_PATIENCE = 0.2


class SolveCancelled(Exception):
    """The solve was cancelled by who asked for it."""


class Died(Exception):
    """The process ended before it answered. ``alone``: no other request was being worked on."""

    def __init__(self, alone: bool) -> None:
        super().__init__("the solver process ended")
        self.alone = alone


def _line(number: int, method: str, params: BaseModel | None) -> bytes:
    """A request encoded. Raises :class:`InvalidRequest`."""
    try:
        line = encode(number, method, params)
    except ValueError:
        # Models hold nothing else that JSON has no words for.
        raise InvalidRequest(
            "The request holds half of a character (a lone surrogate), which is no text.",
            "Type it anew.",
        ) from None
    if len(line) >= MAX_LINE:
        raise InvalidRequest(f"The request has more than {MAX_LINE >> 20} MB.")
    return line


def _widen(*pipes: IO[bytes] | None) -> None:
    """Let *pipes* hold a whole answer; as they are where that cannot be had."""
    if sys.platform != "linux":
        return
    import fcntl

    for pipe in pipes:
        with contextlib.suppress(OSError):
            if pipe is not None:
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


class SolverConnection:
    """Starts a solver process and matches answers with requests. Any thread may use it."""

    def __init__(self, arguments: list[str], log: Path) -> None:
        self._log = log
        self._lock = threading.Lock()
        # Writing may block while the process does not read; nothing else waits for that.
        self._write_lock = threading.Lock()
        self._locks = SentLocks()
        self._pieces = SentPieces()
        self._pending: dict[int, Future[Message]] = {}
        self._dead = False
        self._next = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab_terrarium.builds.solver_process", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # A lock is a line of a hundred kilobytes: it is read as it comes, not in small pieces.
            bufsize=PIPE_BYTES,
            # A session of its own: Ctrl-C goes to the server alone, and it can be killed whole.
            start_new_session=True,
        )
        _widen(self._process.stdin, self._process.stdout)
        for target in (self._read_answers, self._copy_log):
            threading.Thread(target=target, name="terrarium-solver", daemon=True).start()

    @property
    def alive(self) -> bool:
        """Whether requests can be sent."""
        return not self._dead

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def send(self, method: str, params: BaseModel) -> tuple[int, Future[Message]]:
        """Ask; the request's number, and the future that gets the answer or :class:`Died`.

        Raises :class:`InvalidRequest` when the request cannot be written as a line.
        """
        future: Future[Message] = Future()
        with self._lock:
            self._next += 1
            number = self._next
        with self._write_lock:
            if isinstance(params, SolveRequest) and params.locked is not None:
                lock_number = self._number(params.locked)
                params = params.model_copy(update={"lock_number": lock_number})
            line = _line(number, method, params)
            with self._lock:
                if self._dead:
                    future.set_exception(Died(alone=False))
                    return number, future
                self._pending[number] = future
            self._write(line)
        return number, future

    def _number(self, lock: Lock) -> int:
        """The number that the process knows *lock* by; it is sent when it has none."""
        known = self._locks.number(lock)
        if known is not None:
            return known
        number = self._locks.next
        line = _line(number, "lock", lock)
        self._locks.sent(lock)
        self._write(line)
        return number

    def cancel(self, number: int) -> None:
        """Nobody waits for the answer to request *number* any more."""
        with self._lock:
            if self._pending.pop(number, None) is None or self._dead:
                return
        # A process that does not read would not cancel either: its time limit ends it.
        if self._write_lock.acquire(timeout=CANCEL_PATIENCE):
            try:
                self._write(_line(number, "cancel", None))
            finally:
                self._write_lock.release()

    def _write(self, line: bytes) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError, ValueError):
            # When this fails the process is ending, and the reader will say so.
            self._process.stdin.write(line)
            self._process.stdin.flush()

    def kill(self) -> None:
        """End the process and everything that it started, and reap it."""
        with self._lock:
            self._dead = True
        if self._process.returncode is None:
            with contextlib.suppress(OSError):
                if hasattr(os, "killpg"):
                    os.killpg(self._process.pid, signal.SIGKILL)
                else:
                    self._process.kill()
        self._process.wait()

    def close(self, patience: float = 2.0) -> None:
        """End the process: politely for *patience* seconds, then by force.

        Whoever waits for an answer gets :class:`Died` at once.
        """
        with self._lock:
            self._dead = True
        self._give_up()
        if self._write_lock.acquire(timeout=patience):
            try:
                assert self._process.stdin is not None
                with contextlib.suppress(OSError, ValueError):
                    self._process.stdin.close()
            finally:
                self._write_lock.release()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        self.kill()

    def _read_answers(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        with stream:
            for line in stream:
                try:
                    answer = decode(line)
                except ValueError:
                    continue
                if answer.word == "solution":
                    try:
                        answer = replace(answer, pieces=self._pieces.expand(answer.content))
                    except ValueError:
                        # One of us has lost count: begin anew.
                        break
                with self._lock:
                    future = self._pending.pop(answer.number, None)
                if future is not None and not future.cancelled():
                    future.set_result(answer)
        self.kill()
        self._give_up()

    def _give_up(self) -> None:
        with self._lock:
            left, self._pending = list(self._pending.values()), {}
        for future in left:
            future.set_exception(Died(alone=len(left) == 1))

    def _copy_log(self) -> None:
        stream = self._process.stderr
        assert stream is not None
        with stream:
            for line in stream:
                # Where nothing can be written the lines are dropped: nobody may block on the pipe.
                with contextlib.suppress(OSError):
                    self._append(line)

    def _append(self, line: bytes) -> None:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        if self._log.exists() and self._log.stat().st_size > MAX_LOG:
            self._log.replace(self._log.with_suffix(".log.1"))
        with self._log.open("ab") as file:
            file.write(line)


def answer_of(
    future: Future[Message], deadline: float, cancelled: threading.Event | None
) -> Message:
    """The answer, unless ``time.monotonic()`` passes *deadline* or *cancelled* is set before."""
    while True:
        left = max(0.0, deadline - time.monotonic())
        if cancelled is None:
            return future.result(left)
        try:
            return future.result(min(left, POLL))
        except Late:
            if cancelled.is_set():
                raise SolveCancelled from None
            if left <= POLL:
                raise
