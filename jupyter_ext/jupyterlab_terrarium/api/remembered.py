"""Answers that are given again while nothing in the store has changed.

Many people look at the same lists all day, and few change anything: what was read and written as
JSON once need not be again. An answer belongs to one principal, with all that decides what they may
see: roles are in the database, so a role that is taken away changes its mark.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

#: Bytes of all answers together; the one that nobody has asked for longest goes first.
MAX_BYTES = 32 * 1024 * 1024


class RememberedAnswers:
    """Answers by what was asked; for one event loop only."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._answers: OrderedDict[Hashable, tuple[Hashable, bytes]] = OrderedDict()
        self._bytes = 0

    def find(self, asked: Hashable, mark: Hashable) -> bytes | None:
        """The answer, if the store's content had this *mark* when it was made."""
        known = self._answers.get(asked)
        if known is None or known[0] != mark:
            return None
        self._answers.move_to_end(asked)
        return known[1]

    def keep(self, asked: Hashable, mark: Hashable, content: bytes) -> None:
        """Remember *content*; *mark* is that of before it was read."""
        before = self._answers.pop(asked, None)
        self._bytes += len(content) - (0 if before is None else len(before[1]))
        self._answers[asked] = mark, content
        while self._bytes > self._max_bytes:
            _, (_, dropped) = self._answers.popitem(last=False)
            self._bytes -= len(dropped)
