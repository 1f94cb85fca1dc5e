"""How long one build will still take, going by its phase, its progress and this store's history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..models.build import BuildState, Progress
from ..models.lock import Lock
from ..models.specification import Check
from .estimates import Sample, Work, expected_phases, seconds_left


@dataclass(frozen=True)
class Forecast:
    """Of one build: what it has to do, and what builds took before."""

    samples: Sequence[Sample]
    work: Work

    def left(self, state: BuildState, elapsed: float, progress: Progress) -> float | None:
        """Seconds until it is ready; ``None`` when too little is known to say.

        *elapsed* seconds have passed in *state*, whose *progress* this is.
        """
        work = self.work
        if state is BuildState.FETCHING and progress.packages_total:
            # From now on it is known, not guessed.
            work = replace(work, download=progress.bytes_total)
        expected = expected_phases(self.samples, work)
        if state is BuildState.QUEUED:
            # Its turn has come, but its first phase has not.
            left = None if expected is None else sum(expected.values())
        else:
            left = seconds_left(expected, state, elapsed, _share(state, progress))
        return None if left is None else round(left, 1)


def work_of(lock: Lock, platform: str, checks: Sequence[Check]) -> Work:
    """What a build of *lock* has to do here; what it must download is not known yet."""
    part = lock.for_platform(platform)
    packages = 0 if part is None else len(part.conda) + len(part.pip)
    return Work(packages, None, checks=tuple(check.kind for check in checks))


def _share(state: BuildState, progress: Progress) -> float | None:
    if state is BuildState.FETCHING and progress.bytes_total:
        return min(1.0, progress.bytes_done / progress.bytes_total)
    if state in (BuildState.FETCHING, BuildState.LINKING) and progress.packages_total:
        return min(1.0, progress.packages_done / progress.packages_total)
    return None
