"""One running solver process, seen from the side that asks."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from .solver_protocol import encode

#: Bytes after which the log starts anew; the one before is kept.
MAX_LOG = 1024 * 1024


class Died(Exception):
    """The process ended before it answered. ``alone``: no other request was being worked on."""

    def __init__(self, alone: bool) -> None:
        super().__init__("the solver process ended")
        self.alone = alone


class SolverConnection:
    """Starts a solver process and matches answers with requests. Any thread may use it."""

    def __init__(self, arguments: list[str], log: Path) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._pending: dict[int, Future[dict[str, Any]]] = {}
        self._dead = False
        self._next = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab_terrarium.builds.solver_process", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # A session of its own: Ctrl-C goes to the server alone, and it can be killed whole.
            start_new_session=True,
        )
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

    def send(self, method: str, params: dict[str, Any]) -> Future[dict[str, Any]]:
        """Ask; the future gets the answer or :class:`Died`."""
        future: Future[dict[str, Any]] = Future()
        with self._lock:
            if self._dead:
                future.set_exception(Died(alone=False))
                return future
            self._next += 1
            number = self._next
            self._pending[number] = future
            assert self._process.stdin is not None
            with contextlib.suppress(OSError, ValueError):
                # When this fails the process is ending, and the reader will say so.
                self._process.stdin.write(
                    encode({"id": number, "method": method, "params": params})
                )
                self._process.stdin.flush()
        return future

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
        """End the process: politely for *patience* seconds, then by force."""
        with self._lock:
            self._dead = True
            if self._process.stdin is not None:
                with contextlib.suppress(OSError, ValueError):
                    self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        self.kill()

    def _read_answers(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        with stream:
            for line in stream:
                try:
                    answer = json.loads(line)
                    number = int(answer["id"])
                except (ValueError, KeyError, TypeError):
                    continue
                with self._lock:
                    future = self._pending.pop(number, None)
                if future is not None and not future.cancelled():
                    future.set_result(answer)
        self.kill()
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
