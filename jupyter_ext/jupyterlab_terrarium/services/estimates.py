"""How long a build will take, and how much the disk will fill: learned from builds of this store.

Pure functions of *samples*; :class:`~.history.BuildHistory` reads those from the database.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

#: Bytes in a prefix for a byte of package file, before this store has built anything.
USUAL_RATIO = 4.0
#: Builds of about the same size that speak for a new one.
_NEAREST = 9
#: Bytes below which a download's time is that of its first answer, not of its size.
_MEASURABLE = 100_000


@dataclass(frozen=True)
class Sample:
    """A build that became ready by work of its own. Seconds by phase; sizes in bytes.

    ``package_bytes`` is the sum of its package files, ``fetched`` what of it was downloaded, and
    ``prefix_bytes`` the size of the prefix.
    """

    packages: int
    solving: float
    fetching: float
    linking: float
    finishing: float
    fetched: int
    package_bytes: int
    prefix_bytes: int


@dataclass(frozen=True)
class Work:
    """What a build has to do: packages to link, bytes to download, whether it must solve."""

    packages: int
    download: int
    solve: bool = False


def expected_seconds(samples: Sequence[Sample], work: Work) -> float | None:
    """Seconds that *work* will take here, from its start; ``None`` when nothing is known yet.

    Medians of seconds per package and per byte, of the builds nearest in size.
    """
    if not samples or work.packages <= 0:
        return None
    near = sorted(samples, key=lambda one: abs(math.log(max(1, one.packages) / work.packages)))
    near = near[:_NEAREST]
    seconds = work.packages * median((s.linking + s.finishing) / max(1, s.packages) for s in near)
    if work.download > 0:
        speed = _middle(s.fetching / s.fetched for s in samples if s.fetched >= _MEASURABLE)
        if speed is None:
            return None
        seconds += work.download * speed
    else:
        checks = _middle(s.fetching / max(1, s.packages) for s in samples if s.fetched == 0)
        seconds += work.packages * (checks or 0.0)
    if work.solve:
        seconds += _middle(s.solving for s in near) or 0.0
    return round(seconds, 2)


def unpacked_ratio(samples: Sequence[Sample]) -> float:
    """Bytes on disk for a byte of package file: the median of this store's prefixes."""
    return (
        _middle(
            s.prefix_bytes / s.package_bytes for s in samples if s.package_bytes and s.prefix_bytes
        )
        or USUAL_RATIO
    )


def _middle(values: Iterable[float]) -> float | None:
    found = list(values)
    return median(found) if found else None
