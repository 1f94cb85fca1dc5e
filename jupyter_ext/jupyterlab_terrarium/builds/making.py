"""Which prefixes are being made by this supervisor: whoever wants the same one waits its turn.

The flock of the digest would let two workers make one prefix only once, too; but the second worker
would be started for nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LOOK_AGAIN_SECONDS = 0.2


class Making:
    """One turn at a time for each digest. Thread-safe."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._digests: set[str] = set()

    @contextmanager
    def turn(self, digest: str, ending: threading.Event) -> Iterator[bool]:
        """Wait for the turn and hold it; ``False`` when *ending* was set before it came."""
        with self._condition:
            while digest in self._digests and not ending.is_set():
                self._condition.wait(_LOOK_AGAIN_SECONDS)
            mine = not ending.is_set()
            if mine:
                self._digests.add(digest)
        try:
            yield mine
        finally:
            if mine:
                with self._condition:
                    self._digests.discard(digest)
                    self._condition.notify_all()
