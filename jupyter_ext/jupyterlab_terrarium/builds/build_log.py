"""The log file of a build, before its worker writes to it: append-only JSON lines."""

from __future__ import annotations

import os
import time

from ..models.build import BuildState, LogEvent, PhaseEvent, ResultEvent
from ..models.lock import Lock
from ..models.problem import Problem
from ..store.paths import Layout


class BuildLog:
    """What the supervisor has to say about one build. Each event is one ``write(2)``."""

    def __init__(self, layout: Layout, build_id: str) -> None:
        self._path = layout.log(build_id)

    def solving(self) -> None:
        """The solver has been asked."""
        self._append(PhaseEvent(time=time.time(), phase=BuildState.SOLVING))

    def solved(self, lock: Lock, seconds: float) -> None:
        """The solver has answered."""
        for part in lock.platforms:
            wheels = f" and {len(part.pip)} wheels" if part.pip else ""
            self._line(f"{part.platform}: {len(part.conda)} packages{wheels}")
        self._line(f"solved in {seconds:.2f} s")

    def retrying(self, problem: Problem, seconds: float) -> None:
        """The network is to blame; there will be another try."""
        self._line(problem.detail, "warning")
        self._line(f"the next try is in {seconds:.0f} s", "warning")

    def failed(self, problem: Problem) -> None:
        """The build has ended without a worker's own last word."""
        self._line(problem.detail, "error")
        for finding in problem.errors:
            self._line(finding.message, "error")
        self._append(ResultEvent(time=time.time(), ok=False, problem=problem))

    def _line(self, text: str, level: str = "info") -> None:
        event = LogEvent.model_validate({"time": time.time(), "line": text[:4000], "level": level})
        self._append(event)

    def _append(self, event: PhaseEvent | LogEvent | ResultEvent) -> None:
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(descriptor, event.model_dump_json().encode("utf-8") + b"\n")
        finally:
            os.close(descriptor)
