"""Signs of life for supervisors whose ``flock`` cannot be seen: those of other machines.

An owner of builds changes a number in their rows every few seconds. Whoever watches compares no
clocks: it looks whether the number has changed, and counts by its own monotonic clock for how long
it has looked in vain.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

BEAT_SECONDS = 5.0
#: Without a sign for so long, an owner's builds are taken over; it cannot publish them any more.
SILENT_SECONDS = 30.0
#: Two looks further apart than this mean that the watcher itself was stopped: more does not count.
_LOOK_SECONDS = 2.0


class Pulse:
    """When to give our own next sign of life, and which."""

    def __init__(self) -> None:
        self._count = 0
        self._due = 0.0

    def next(self) -> int | None:
        """The number to write now; ``None`` while the last one is fresh."""
        moment = time.monotonic()
        if moment < self._due:
            return None
        self._due = moment + BEAT_SECONDS
        self._count += 1
        return self._count


class Watch:
    """For how long we have seen no sign of each owner. *clock* gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        # By owner: the sign, when it was last looked at, seconds of looking in vain.
        self._seen: dict[str, tuple[str, float, float]] = {}

    def silent(self, owner: str, sign: str) -> bool:
        """Whether *owner*, whose sign is now *sign*, has shown none for too long."""
        moment = self._clock()
        known, looked, waited = self._seen.get(owner, ("", moment, 0.0))
        waited = waited + min(moment - looked, _LOOK_SECONDS) if known == sign else 0.0
        self._seen[owner] = (sign, moment, waited)
        return waited >= SILENT_SECONDS

    def forget_all_but(self, owners: Iterable[str]) -> None:
        """Only *owners* have builds now."""
        wanted = set(owners)
        self._seen = {owner: seen for owner, seen in self._seen.items() if owner in wanted}
