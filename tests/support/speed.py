"""How slow this machine is now: limits of time are meant for a machine of ordinary speed."""

from __future__ import annotations

import time

# Seconds of processor time that `_work` takes on the machine that the limits were written on.
_ORDINARY = 0.065


def _work() -> int:
    total = 0
    for number in range(2_000_000):
        total += number
    return total


def slowness() -> float:
    """How many times slower than an ordinary machine this one is now; never below 1."""
    started = time.process_time()
    _work()
    return max(1.0, (time.process_time() - started) / _ORDINARY)
