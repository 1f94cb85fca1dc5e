"""What a worker says: one vocabulary of events, to the build's log file and to its supervisor."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from ..conda.specification.credentials import scrub_text
from ..models.build import (
    BuildState,
    LogEvent,
    PhaseEvent,
    ProgressEvent,
    ResultEvent,
    WorkerEvent,
)
from ..models.problem import Problem

PROGRESS_INTERVAL = 0.1
MAX_LINE = 4000
MAX_WARNINGS = 50
MAX_WARNING = 500


def scrub(text: str) -> str:
    """*text* with the credentials in its URLs masked."""
    return scrub_text(text)


def scrub_problem(problem: Problem) -> Problem:
    """*problem* with the credentials in all of its texts masked: tools repeat their URLs."""
    errors = [
        error.model_copy(
            update={
                "message": scrub(error.message),
                "hint": scrub(error.hint),
                "path": scrub(error.path),
            }
        )
        for error in problem.errors
    ]
    texts = {key: scrub(getattr(problem, key)) for key in ("title", "detail", "hint", "raw")}
    told = problem.explanation
    if told is not None:
        words = {key: scrub(getattr(told, key)) for key in ("what", "why", "remedy")}
        told = told.model_copy(update=words)
    return problem.model_copy(update={**texts, "errors": errors, "explanation": told})


def bounded(warnings: Sequence[str]) -> list[str]:
    """*warnings* for an event: masked, no more and no longer than anybody reads."""
    shown = [_shortened(scrub(warning)) for warning in warnings[:MAX_WARNINGS]]
    more = len(warnings) - MAX_WARNINGS
    return [*shown, f"and {more} more"] if more > 0 else shown


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_WARNING else f"{text[: MAX_WARNING - 1]}…"


class Report:
    """Writes events as JSON lines: each with one ``write(2)``, so that lines never mix."""

    def __init__(self, log_path: Path, stdout: int | None = 1) -> None:
        log_path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._log = os.open(log_path, flags, 0o644)
        self._stdout = stdout
        self._mutex = threading.RLock()
        self._next_progress = 0.0
        self._ended = False
        self._phase = BuildState.FETCHING
        self.warnings: list[str] = []

    def phase(self, phase: BuildState) -> None:
        """The build enters *phase*."""
        self._phase = phase
        self._next_progress = 0.0
        self._emit(PhaseEvent(time=time.time(), phase=phase))

    def progress(
        self,
        packages_done: int,
        packages_total: int,
        bytes_done: int = 0,
        bytes_total: int = 0,
        current: str = "",
        last: bool = False,
    ) -> None:
        """How far the phase is; at most ten of these a second get through, and the *last*."""
        now = time.monotonic()
        with self._mutex:
            if now < self._next_progress and not last:
                return
            self._next_progress = now + PROGRESS_INTERVAL
            self._emit(
                ProgressEvent(
                    time=time.time(),
                    phase=self._phase,
                    packages_done=packages_done,
                    packages_total=packages_total,
                    bytes_done=bytes_done,
                    bytes_total=max(bytes_total, bytes_done),
                    current=current,
                )
            )

    def log(self, line: str) -> None:
        """A line of log."""
        self._emit(LogEvent(time=time.time(), line=scrub(line)[:MAX_LINE]))

    def error(self, line: str) -> None:
        """A line of log about what went wrong."""
        self._emit(LogEvent(time=time.time(), line=scrub(line)[:MAX_LINE], level="error"))

    def warn(self, line: str) -> None:
        """A warning: it stands in the log and makes the version "ready with a warning"."""
        self.warnings.append(scrub(line))
        self._emit(LogEvent(time=time.time(), line=scrub(line)[:MAX_LINE], level="warning"))

    def result(self, result: ResultEvent) -> bool:
        """The last event; everything after the first one is dropped (``False``)."""
        with self._mutex:
            if self._ended:
                return False
            problem = scrub_problem(result.problem) if result.problem else None
            warnings = bounded(result.warnings)
            told = {"time": time.time(), "problem": problem, "warnings": warnings}
            self._emit(result.model_copy(update=told))
            self._ended = True
            return True

    def _emit(self, event: WorkerEvent) -> None:
        data = event.model_dump_json().encode() + b"\n"
        with self._mutex:
            if self._ended:
                return
            _write(self._log, data)
            if self._stdout is not None:
                try:
                    _write(self._stdout, data)
                except OSError:
                    # Nobody listens any more: the log goes on.
                    self._stdout = None


def _write(descriptor: int, data: bytes) -> None:
    while data:
        with contextlib.suppress(InterruptedError):
            data = data[os.write(descriptor, data) :]
