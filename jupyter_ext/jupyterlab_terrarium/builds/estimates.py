"""How long a build will take, and how much the disk will fill: learned from builds of this store.

Pure functions of *samples*; :class:`~.history.BuildHistory` reads those from the database. All
times are in seconds, all sizes in bytes.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from ..models.build import BuildState

#: Bytes in a prefix for a byte of package file, before this store has built anything.
USUAL_RATIO = 4.0
#: Builds of about the same size that speak for a new one, and how much larger or smaller they are.
_NEAREST = 9
_ALIKE = 10.0
#: Bytes below which a download's time is that of its first answer, not of its size.
_MEASURABLE = 100_000
#: Builds from which on it may be said what is usual here.
_USUAL = 3
#: What a phase may take beyond what was expected before nothing is said any more.
_PATIENCE = 2.0
_SPARE_SECONDS = 2.0

WORK_PHASES = (
    BuildState.SOLVING,
    BuildState.FETCHING,
    BuildState.LINKING,
    BuildState.FINISHING,
)


@dataclass(frozen=True)
class Sample:
    """A build that became ready by work of its own. Seconds by phase; sizes in bytes.

    ``package_bytes`` is the sum of its package files, ``fetched`` what of it was downloaded, and
    ``prefix_bytes`` the size of the prefix. ``finishing`` includes the checks, which ``checks``
    lists: kind and seconds.
    """

    packages: int
    solving: float
    fetching: float
    linking: float
    finishing: float
    fetched: int
    package_bytes: int
    prefix_bytes: int
    checks: tuple[tuple[str, float], ...] = ()

    @property
    def finishing_unchecked(self) -> float:
        """Seconds of finishing without the checks."""
        return max(0.0, self.finishing - sum(seconds for _, seconds in self.checks))

    @property
    def seconds(self) -> float:
        """What all of it took."""
        return self.solving + self.fetching + self.linking + self.finishing


@dataclass(frozen=True)
class Work:
    """What a build has to do: packages to link, bytes to download, whether it must solve.

    ``download`` is ``None`` while nobody knows. ``checks`` are the kinds of its checks.
    """

    packages: int
    download: int | None
    solve: bool = False
    checks: tuple[str, ...] = ()


Phases = Mapping[BuildState, float]


def expected_phases(samples: Sequence[Sample], work: Work) -> Phases | None:
    """Seconds that each phase of *work* will take here; ``None`` when too little is known.

    Medians of seconds per package and per byte, of the builds nearest in size; a build ten times
    as large or small says nothing.
    """
    if work.packages <= 0:
        return None
    near = sorted(
        (one for one in samples if _distance(one, work) <= math.log(_ALIKE)),
        key=lambda one: _distance(one, work),
    )[:_NEAREST]
    if not near:
        return None
    fetching = _fetching(samples, near, work)
    if fetching is None:
        return None
    checks = [_check(samples, kind) for kind in work.checks]
    return {
        BuildState.SOLVING: (_middle(s.solving for s in near) or 0.0) if work.solve else 0.0,
        BuildState.FETCHING: fetching,
        BuildState.LINKING: work.packages * median(s.linking / s.packages for s in near),
        BuildState.FINISHING: work.packages
        * median(s.finishing_unchecked / s.packages for s in near)
        + sum(checks),
    }


def expected_seconds(samples: Sequence[Sample], work: Work) -> float | None:
    """Seconds that *work* will take here, from its start; ``None`` when too little is known."""
    phases = expected_phases(samples, work)
    return None if phases is None else round(sum(phases.values()), 2)


def usual_seconds(samples: Sequence[Sample]) -> float | None:
    """What a build takes here of which nothing is known yet: the median, of at least three."""
    return median(one.seconds for one in samples) if len(samples) >= _USUAL else None


def seconds_left(
    expected: Phases | None, state: BuildState, elapsed: float, share: float | None = None
) -> float | None:
    """Seconds until a build ends that has been in *state* for *elapsed* seconds.

    Parameters
    ----------
    expected:
        As of :func:`expected_phases`.
    share:
        How much of this phase is done, 0 to 1: the further it is, the more its own speed counts.

    Returns
    -------
        ``None`` when too little is known, or the phase takes so much longer than expected that
        history has nothing to say about it.
    """
    if expected is None or state not in expected:
        return None
    usual = expected[state]
    later = WORK_PHASES[WORK_PHASES.index(state) + 1 :]
    rest = sum(expected[phase] for phase in later)
    if share:
        own = elapsed * (1 - share) / share
        return share * own + (1 - share) * usual * (1 - share) + rest
    if elapsed > usual * _PATIENCE + _SPARE_SECONDS:
        return None
    return max(0.0, usual - elapsed) + rest


def seconds_until_ready(
    running: Sequence[float | None],
    waiting: Sequence[tuple[str, float | None]],
    slots: int,
    usual: float | None,
) -> dict[str, float | None]:
    """When each of the *waiting* builds will be ready, in seconds from now, by id.

    Parameters
    ----------
    running:
        Seconds left of every build under way.
    waiting:
        Id and own seconds of the builds that wait, in their order.
    slots:
        How many builds run at once.
    usual:
        Taken for a build of which nothing is known; ``None``: then nothing is known of those
        behind it either.
    """
    never = math.inf
    free = [_known(left, usual, never) for left in running]
    free += [0.0] * (slots - len(free))
    heapq.heapify(free)
    found: dict[str, float | None] = {}
    for build, seconds in waiting:
        end = (heapq.heappop(free) if free else never) + _known(seconds, usual, never)
        heapq.heappush(free, end)
        found[build] = None if end == never else end
    return found


def unpacked_ratio(samples: Sequence[Sample]) -> float:
    """Bytes on disk for a byte of package file: the median of this store's prefixes."""
    return (
        _middle(
            s.prefix_bytes / s.package_bytes for s in samples if s.package_bytes and s.prefix_bytes
        )
        or USUAL_RATIO
    )


def _fetching(samples: Sequence[Sample], near: Sequence[Sample], work: Work) -> float | None:
    if work.download is None:
        return work.packages * median(s.fetching / s.packages for s in near)
    if work.download > 0:
        speed = _middle(s.fetching / s.fetched for s in samples if s.fetched >= _MEASURABLE)
        return None if speed is None else work.download * speed
    cached = _middle(s.fetching / s.packages for s in samples if s.fetched == 0 and s.packages)
    return work.packages * (cached or 0.0)


def _check(samples: Sequence[Sample], kind: str) -> float:
    return _middle(spent for one in samples for name, spent in one.checks if name == kind) or 0.0


def _distance(sample: Sample, work: Work) -> float:
    return abs(math.log(sample.packages / work.packages)) if sample.packages > 0 else math.inf


def _known(seconds: float | None, usual: float | None, otherwise: float) -> float:
    if seconds is not None:
        return seconds
    return otherwise if usual is None else usual


def _middle(values: Iterable[float]) -> float | None:
    found = list(values)
    return median(found) if found else None
