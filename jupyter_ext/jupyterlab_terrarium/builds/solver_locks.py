"""Locks that the solver process is to keep to: each is sent once, then named by its number.

While somebody types, every plan keeps to the same lock, which has a hundred kilobytes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

from ..models.lock import Lock

#: Locks that both sides remember: the same ones, as both see them in the same order.
CAPACITY = 16


class SentLocks:
    """What was sent on one connection; for whoever may write to it only."""

    def __init__(self) -> None:
        # The locks are held, so that no other can have the identity of one.
        self._sent: OrderedDict[int, tuple[Lock, int]] = OrderedDict()
        #: What the next lock to be sent is called.
        self.next = 1

    def number(self, lock: Lock) -> int | None:
        """The number that *lock* was sent under, ``None`` when it has to be sent (again)."""
        known = self._sent.get(id(lock))
        return None if known is None else known[1]

    def sent(self, lock: Lock) -> None:
        """*lock* was sent as number :attr:`next`."""
        self._sent[id(lock)] = lock, self.next
        self.next += 1
        if len(self._sent) > CAPACITY:
            self._sent.popitem(last=False)


class KnownLocks:
    """What was received on one connection."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, Lock] = OrderedDict()

    def receive(self, number: int, content: bytes) -> None:
        """Lock *number* is *content*. Raises ``ValueError`` when that is none."""
        self._known[number] = Lock.model_validate_json(content)
        if len(self._known) > CAPACITY:
            self._known.popitem(last=False)

    def now(self) -> Mapping[int, Lock]:
        """Those that a request which comes now may name, whatever is received later."""
        return dict(self._known)
