"""What this store's latest builds took, for estimates."""

from __future__ import annotations

import threading
import time
from typing import Any

from sqlalchemy.orm import Session

from ..models.build import BuildState
from ..store import build_history
from .estimates import Sample

#: Seconds for which the samples are good: plans are made while people type.
_GOOD_FOR = 20.0


class BuildHistory:
    """Samples of the latest builds on *platform*, read again now and then. Thread-safe."""

    def __init__(self, platform: str) -> None:
        self._platform = platform
        self._mutex = threading.Lock()
        self._samples: list[Sample] = []
        self._read: float | None = None

    def samples(self, session: Session) -> list[Sample]:
        """The latest builds that became ready by work of their own, newest first."""
        with self._mutex:
            moment = time.monotonic()
            if self._read is None or not self._samples or moment - self._read > _GOOD_FOR:
                rows = build_history.latest(session, self._platform)
                self._samples = [_sample(row) for row in rows]
                self._read = moment
            return self._samples


def _sample(row: build_history.BuiltRow) -> Sample:
    seconds: dict[str, float] = {}
    for phase in row.phases:
        spent: Any = phase.get("seconds")
        name = str(phase.get("phase"))
        seconds[name] = seconds.get(name, 0.0) + float(spent or 0.0)
    return Sample(
        packages=row.packages,
        solving=seconds.get(BuildState.SOLVING.value, 0.0),
        fetching=seconds.get(BuildState.FETCHING.value, 0.0),
        linking=seconds.get(BuildState.LINKING.value, 0.0),
        finishing=seconds.get(BuildState.FINISHING.value, 0.0),
        fetched=row.fetched,
        package_bytes=row.package_bytes,
        prefix_bytes=row.prefix_bytes,
        checks=tuple((str(check["kind"]), float(check["seconds"])) for check in row.checks),
    )
