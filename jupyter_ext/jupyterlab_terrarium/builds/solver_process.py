"""The solver process: one, warm, memory-capped; serves every solve, plan and package search.

Started by :mod:`.solver_client` as ``python -m jupyterlab_terrarium.builds.solver_process``. It
executes nothing from a prefix or a package itself: where policy permits it, source archives are
built by programs in the sandbox (:mod:`.wheel_build`). It ends with its parent: end-of-file on
standard input kills its process group, a running uv included. Exits are ``os._exit``, because a
normal interpreter exit after a py-rattler error sometimes crashes.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from ..conda.credentials import use_auth_file
from ..models.lock import Lock
from ..models.problem import SolverUnavailable, TerrariumError
from .solution_wire import Solution, SolutionWriter
from .solver_locks import KnownLocks
from .solver_methods import Limits, SolverMethods
from .solver_protocol import MAX_LINE, Message, decode, encode
from .solver_requests import Nothing

#: Share of the memory limit above which an idle process ends, to be started afresh.
IDLE_SHARE = 0.75


def end() -> NoReturn:
    """End at once, with every process started from here."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


class SolverProcess:
    """Reads requests in a thread, answers them in an event loop, watches its memory in another."""

    def __init__(self, methods: SolverMethods, limits: Limits, memory_limit: int) -> None:
        self._methods = methods
        self._limits = limits
        self._memory_limit = memory_limit
        self._running: dict[int, asyncio.Task[None]] = {}
        self._locks = KnownLocks()
        self._writer = SolutionWriter()
        self._write_lock = threading.Lock()
        # Answers have a descriptor of their own, so that nothing printed can get between them.
        self._output = os.dup(1)
        os.dup2(2, 1)

    async def serve(self) -> None:
        """Answer requests until standard input ends."""
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, args=(loop,), daemon=True).start()
        if self._memory_limit:
            threading.Thread(target=self._watch, daemon=True).start()
        with contextlib.suppress(ImportError):
            await self._methods.ping(Nothing())
        # What was imported stays: the collector need not look at it again during a solve.
        gc.freeze()
        await asyncio.Event().wait()

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        stream = sys.stdin.buffer
        while line := stream.readline(MAX_LINE):
            if not line.endswith(b"\n"):
                break
            try:
                request = decode(line)
            except ValueError:
                print("a request was not understood", file=sys.stderr)
                continue
            if request.word == "cancel":
                loop.call_soon_threadsafe(self._cancel, request.number)
            elif request.word == "lock":
                loop.call_soon_threadsafe(self._locks.receive, request.number, request.content)
            else:
                loop.call_soon_threadsafe(self._start, request)
        end()

    def _start(self, request: Message) -> None:
        number = request.number
        task = asyncio.get_running_loop().create_task(self._answer(request, self._locks.now()))
        self._running[number] = task
        task.add_done_callback(lambda _: self._running.pop(number, None))

    def _cancel(self, number: int) -> None:
        task = self._running.get(number)
        if task is not None:
            task.cancel()

    async def _answer(self, request: Message, locks: Mapping[int, Lock]) -> None:
        number = request.number
        try:
            result = await asyncio.wait_for(
                self._methods.call(request.word, request.content, locks), self._limits.request
            )
            self._send(number, "ok", result)
        except TerrariumError as error:
            self._fail(number, error)
        except asyncio.TimeoutError:
            limit = SolverUnavailable(
                f"The solver worked for {self._limits.request:.0f} s without an answer, which is "
                "its time limit.",
                "Ask for narrower versions, or raise the solver's time limit.",
            )
            self._fail(number, limit)
        except Exception as error:
            traceback.print_exc()
            unknown = TerrariumError(
                f"The solver failed: {type(error).__name__}: {error}",
                "Its log file, logs/solver.log in the store's directory, says more.",
            )
            self._fail(number, unknown)

    def _fail(self, number: int, error: TerrariumError) -> None:
        self._send(number, "failed", error.problem())

    def _send(self, number: int, word: str, content: object) -> None:
        with self._write_lock:
            if isinstance(content, Solution):
                word, content = "solution", self._writer.write(content)
            data = memoryview(encode(number, word, content))
            try:
                while data:
                    data = data[os.write(self._output, data) :]
            except OSError:
                end()

    def _watch(self) -> None:
        import psutil

        own = psutil.Process()
        while True:
            time.sleep(0.2)
            used = own.memory_info().rss
            running = list(self._running)
            if used > self._memory_limit:
                error = SolverUnavailable(
                    f"The solver needed more than {self._memory_limit >> 20} MB and was ended.",
                    "Name fewer channels, or raise the solver's memory limit.",
                )
                for number in running:
                    self._fail(number, error)
                end()
            if not running and used > self._memory_limit * IDLE_SHARE:
                print(f"ending at {used >> 20} MB, to start afresh", file=sys.stderr)
                end()


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run until standard input ends."""
    parser = argparse.ArgumentParser(prog="jupyterlab_terrarium.builds.solver_process")
    parser.add_argument("--root", type=Path, required=True, help="the store's directory")
    parser.add_argument("--memory-limit", type=int, default=0, help="bytes; 0: none")
    parser.add_argument("--timeout", type=float, default=300.0, help="seconds a request may take")
    options = parser.parse_args(arguments)
    # Ctrl-C in the server's terminal is the server's to handle.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    use_auth_file(os.environ)
    limits = Limits(request=options.timeout)
    process = SolverProcess(SolverMethods(options.root, limits), limits, options.memory_limit)
    try:
        asyncio.run(process.serve())
    except BaseException:
        traceback.print_exc()
    end()


if __name__ == "__main__":
    main()
