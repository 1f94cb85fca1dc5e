"""Answers that are given again while nothing in the store has changed.

Many people look at the same lists all day, and few change anything: what was read and written as
JSON once need not be again. An answer belongs to one principal, with all that decides what they may
see: roles are in the database, so a role that is taken away changes its mark. Whoever asks while
the same answer is being made waits for that one.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

#: Bytes of all answers together; the one that nobody has asked for longest goes first.
MAX_BYTES = 32 * 1024 * 1024
R = TypeVar("R")


class RememberedAnswers:
    """Answers by what was asked; for one event loop only."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._answers: OrderedDict[Hashable, tuple[Hashable, Any, int]] = OrderedDict()
        self._making: dict[Hashable, asyncio.Future[Any]] = {}
        self._bytes = 0

    async def answer(
        self,
        asked: Hashable,
        mark: Hashable,
        make: Callable[[], Awaitable[R]],
        size: Callable[[R], int],
    ) -> R:
        """What *make* gives, made once while the store's content has this *mark*.

        *mark* was taken before the call; *size* tells the bytes that an answer takes.
        """
        known = self._answers.get(asked)
        if known is not None and known[0] == mark:
            self._answers.move_to_end(asked)
            found: R = known[1]
            return found
        key = asked, mark
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.ensure_future(make())
            making.add_done_callback(lambda done: self._made(asked, mark, done, size))
        # Whoever hangs up takes the answer from nobody else.
        made: R = await asyncio.shield(making)
        return made

    def _made(
        self,
        asked: Hashable,
        mark: Hashable,
        done: asyncio.Future[Any],
        size: Callable[[Any], int],
    ) -> None:
        self._making.pop((asked, mark), None)
        if done.cancelled() or done.exception() is not None:
            return
        answer = done.result()
        taken = size(answer)
        before = self._answers.pop(asked, None)
        self._bytes += taken - (0 if before is None else before[2])
        self._answers[asked] = mark, answer, taken
        while self._bytes > self._max_bytes:
            _, (_, _, dropped) = self._answers.popitem(last=False)
            self._bytes -= dropped
