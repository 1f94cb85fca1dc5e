"""What a worker reports, in the row of its build: phases, and counts at most once a second."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy.orm import Session

from ..models.build import (
    BuildState,
    LogEvent,
    PhaseEvent,
    Progress,
    ProgressEvent,
    ResultEvent,
    WorkerEvent,
)
from ..store import builds
from ..store.builds import BuildRecord
from ..store.database import Database
from ..store.events import emit_build
from .forecast import Forecast

_PROGRESS_SECONDS = 1.0


class ProgressRecord:
    """Of one build. *ours* gives its record as long as whoever follows it may write there."""

    def __init__(
        self, database: Database, ours: Callable[[Session], BuildRecord | None], forecast: Forecast
    ) -> None:
        self._database = database
        self._ours = ours
        self._forecast = forecast
        self._written = 0.0
        self._fetched = 0
        self._phase_began = time.monotonic()

    def take(self, event: WorkerEvent) -> None:
        """Write down what *event* says, if it is time to."""
        if isinstance(event, LogEvent | ResultEvent):
            return
        moment = time.monotonic()
        if isinstance(event, PhaseEvent):
            self._phase_began = moment
            self._enter(event.phase)
            return
        if event.phase is BuildState.FETCHING:
            self._fetched = event.bytes_done
        if moment - self._written >= _PROGRESS_SECONDS:
            self._written = moment
            self._count(event, moment - self._phase_began)

    def _enter(self, phase: BuildState) -> None:
        with self._database.write() as session:
            record = self._ours(session)
            if record is None or record.build.state == phase.value:
                return
            build = record.build
            build.fetched = self._fetched
            left = self._forecast.left(phase, 0.0, Progress())
            builds.enter(session, build, phase, seconds_left=left)

    def _count(self, event: ProgressEvent, elapsed: float) -> None:
        counted = event.model_dump(exclude={"kind", "time", "phase"})
        progress = Progress.model_validate(counted)
        left = self._forecast.left(event.phase, elapsed, progress)
        with self._database.write() as session:
            record = self._ours(session)
            if record is not None:
                told = progress.model_copy(update={"seconds_left": left})
                record.build.progress = told.model_dump(mode="json")
                emit_build(session, record.build)
