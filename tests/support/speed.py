"""Limits of time are meant for a quiet machine of ordinary speed, and tests run on others too.

Where it can be, time of the processor is measured: other programs do not stretch it much.
"""

from __future__ import annotations

import resource
import subprocess
import time
from collections.abc import Callable, Sequence

# Seconds of processor time that `_work` takes on the machine that the limits were written on.
_ORDINARY = 0.065


def _work() -> int:
    total = 0
    for number in range(2_000_000):
        total += number
    return total


def slowness() -> float:
    """How many times slower than an ordinary machine this one is now; never below 1."""
    return max(1.0, processor_seconds(_work) / _ORDINARY)


def processor_seconds(call: Callable[[], object]) -> float:
    """Processor time that *call* takes in this process."""
    started = time.process_time()
    call()
    return time.process_time() - started


def program_seconds(command: Sequence[str]) -> float:
    """Processor time of a program that ends well, and of what it has started."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def quickest(limit: float, measure: Callable[[], float], tries: int = 7) -> float:
    """The least that *measure* gives, in seconds of an ordinary machine.

    The first below *limit* is enough. One try or another is slow because of what runs beside it;
    what is slow in itself is slow each time.
    """
    least = float("inf")
    for _ in range(tries):
        least = min(least, measure() / slowness())
        if least < limit:
            break
    return least
