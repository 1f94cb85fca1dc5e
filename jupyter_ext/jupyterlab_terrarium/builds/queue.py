"""The order of the queue: by urgency, then fair between users, then by age.

Fair means: whoever has the fewest builds under way is next. So one person's hundred builds delay
another person's single one by at most one build of each.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Waiting:
    """A build that waits for its turn. Lower ``priority`` comes first; see models/build.py."""

    id: str
    user: str
    priority: int


def order(
    waiting: Sequence[Waiting], running: Mapping[str, int], per_user: int = 0
) -> list[Waiting]:
    """*waiting* (oldest first) in the order in which they will be taken.

    Parameters
    ----------
    running:
        How many builds each user has under way.
    per_user:
        How many one user may have under way; 0: no limit. Whoever is at the limit comes after
        all others of any urgency, because they wait for an end, not for a place.
    """
    taken = dict(running)
    queues: dict[tuple[int, str], deque[Waiting]] = {}
    for build in waiting:
        queues.setdefault((build.priority, build.user), deque()).append(build)
    ages = {build.id: age for age, build in enumerate(waiting)}

    def rank(key: tuple[int, str]) -> tuple[bool, int, int, int]:
        priority, user = key
        count = taken.get(user, 0)
        return (must_wait(count, per_user), priority, count, ages[queues[key][0].id])

    ordered: list[Waiting] = []
    while queues:
        key = min(queues, key=rank)
        build = queues[key].popleft()
        if not queues[key]:
            del queues[key]
        taken[build.user] = taken.get(build.user, 0) + 1
        ordered.append(build)
    return ordered


def must_wait(count: int, per_user: int) -> bool:
    """Whether somebody with *count* builds under way must wait until one of them ends."""
    return 0 < per_user <= count
