"""The smallest set of things that contradict each other, found by asking about subsets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from itertools import combinations
from typing import TypeVar

T = TypeVar("T")

#: Suspects that are tried alone and in pairs before anything else.
_SUSPECTS = 8


async def smallest_contradiction(
    items: Sequence[T],
    contradict: Callable[[Sequence[T]], Awaitable[bool]],
    suspects: Sequence[T] = (),
) -> list[T]:
    """A subset of *items* that contradicts itself and has no smaller part that does.

    *contradict* tells whether a subset has no solution. *suspects* are those of *items* that
    probably take part: alone and in pairs they are tried first, so what is found among them is as
    small as any. Without a contradiction the answer is empty.

    The search is QuickXplain (Junker, AAAI 2004): about ``k * log2(n / k)`` questions for ``k`` of
    ``n`` items, where trying to drop each item would take ``n``.
    """
    few = list(suspects)[:_SUSPECTS]
    for size in (1, 2):
        for group in combinations(few, size):
            if await contradict(group):
                return list(group)
    if few and await contradict(few):
        items = few
    elif not items or not await contradict(items):
        return []
    rest = [one for one in items if one not in few]
    found = await _explain([], False, [*few, *rest], contradict)
    return [one for one in items if one in found]


async def _explain(
    background: list[T],
    grown: bool,
    items: list[T],
    contradict: Callable[[Sequence[T]], Awaitable[bool]],
) -> list[T]:
    """What of *items* is needed for a contradiction beside *background*."""
    if grown and await contradict(background):
        return []
    if len(items) == 1:
        return items
    first, second = items[: len(items) // 2], items[len(items) // 2 :]
    of_second = await _explain([*background, *first], True, second, contradict)
    of_first = await _explain([*background, *of_second], bool(of_second), first, contradict)
    return [*of_first, *of_second]
