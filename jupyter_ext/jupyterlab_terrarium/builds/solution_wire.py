"""A solution on its way from the solver process: each package file is a piece of its own.

Plans that are made while people type have hundreds of package files in common. A piece is sent
once on a connection and named by its number after that, and read only once.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from pydantic_core import to_json

from ..models.lock import CondaPackage, Lock

#: Package files that each side remembers; a solution has some hundred per platform.
CAPACITY = 8192
#: Between two pieces: a character that JSON never holds as it is.
_BETWEEN = b"\x1e"


class Solution(BaseModel):
    """A lock, and the seconds that it took to find."""

    model_config = ConfigDict(frozen=True)
    lock: Lock
    seconds: float


class _Head(BaseModel):
    """A solution without its conda packages: how many there are for each platform."""

    solution: Solution
    counts: list[int]


class SolutionWriter:
    """Writes the solutions of one connection, in the order in which they are sent."""

    def __init__(self) -> None:
        # The packages are held, so that no other can have the identity of one.
        self._sent: dict[int, tuple[CondaPackage, bytes]] = {}

    def write(self, solution: Solution) -> bytes:
        """*solution* as bytes without a newline, which have to be sent now."""
        parts = solution.lock.platforms
        if len(self._sent) + sum(len(part.conda) for part in parts) > CAPACITY:
            # Numbers begin again: each is said before it is used, so that nothing is mistaken.
            self._sent.clear()
        bare = [part.model_copy(update={"conda": []}) for part in parts]
        lock = solution.lock.model_copy(update={"platforms": bare})
        head = _Head(
            solution=solution.model_copy(update={"lock": lock}),
            counts=[len(part.conda) for part in parts],
        )
        pieces = [self._piece(package) for part in parts for package in part.conda]
        return _BETWEEN.join([to_json(head), *pieces])

    def _piece(self, package: CondaPackage) -> bytes:
        known = self._sent.get(id(package))
        if known is not None:
            return known[1]
        number = b"%d" % len(self._sent)
        self._sent[id(package)] = package, number
        return number + to_json(package)


class SentPieces:
    """What came over one connection, by number; for whoever reads from it only."""

    def __init__(self) -> None:
        self._known: dict[bytes, bytes] = {}

    def expand(self, content: bytes) -> list[bytes]:
        """The head of a solution, and its pieces in full. Raises ``ValueError``."""
        head, *pieces = content.split(_BETWEEN)
        found = [head]
        for piece in pieces:
            number, brace, rest = piece.partition(b"{")
            if brace:
                self._known[number] = brace + rest
            known = self._known.get(number)
            if known is None:
                raise ValueError("a solution names a package file that was never sent")
            found.append(known)
        return found


class SolutionReader:
    """Reads solutions; from any thread."""

    def __init__(self) -> None:
        self._packages: dict[bytes, CondaPackage] = {}

    def read(self, expanded: list[bytes]) -> Solution:
        """What :meth:`SolutionWriter.write` was given. Raises ``ValueError``."""
        head = _Head.model_validate_json(expanded[0])
        lock = head.solution.lock
        if len(expanded) - 1 != sum(head.counts) or len(lock.platforms) != len(head.counts):
            raise ValueError("a solution has lost some of its package files")
        packages = map(self._package, expanded[1:])
        parts = [
            part.model_copy(update={"conda": [next(packages) for _ in range(count)]})
            for part, count in zip(lock.platforms, head.counts, strict=True)
        ]
        whole = lock.model_copy(update={"platforms": parts})
        return head.solution.model_copy(update={"lock": whole})

    def _package(self, piece: bytes) -> CondaPackage:
        known = self._packages.get(piece)
        if known is None:
            if len(self._packages) >= CAPACITY:
                self._packages.clear()
            known = self._packages[piece] = CondaPackage.model_validate_json(piece)
        return known
