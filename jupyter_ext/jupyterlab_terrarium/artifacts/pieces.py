"""Files in which the prefix is yet to be written: as pieces, for whatever lays them down.

An installer has no program that could search and replace. So the places where a file names its
prefix are found when the installer is made, and what is left to do is to write one piece after the
other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from mmap import mmap
from pathlib import Path
from typing import Literal

#: Written into files by whoever lays them out; no package has this path in it.
STAND_IN = "/@terrarium-prefix@"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Take:
    """*size* bytes of the file, from *offset*."""

    offset: int
    size: int


@dataclass(frozen=True)
class Prefix:
    """The path of the prefix."""


@dataclass(frozen=True)
class Padding:
    """NULs, *count* times as many as the prefix is shorter than *length*."""

    count: int
    length: int


Piece = Take | Prefix | Padding


@dataclass(frozen=True)
class Entry:
    """One entry of a prefix; ``path`` is relative to it.

    ``pieces`` make up a file, taken from ``source``; ``target`` is that of a link. ``package`` is
    the name of the conda package that it is from, or empty.
    """

    path: str
    kind: Literal["directory", "link", "file"]
    executable: bool = False
    source: Path | None = None
    pieces: tuple[Piece, ...] = ()
    target: str = ""
    package: str = ""

    @property
    def relocated(self) -> bool:
        """Whether the prefix is written into it."""
        return any(not isinstance(piece, Take) for piece in self.pieces)

    @property
    def size(self) -> int:
        """How many bytes are taken."""
        return sum(piece.size for piece in self.pieces if isinstance(piece, Take))

    def content(self) -> Iterator[bytes]:
        """All bytes that are taken, in order."""
        if self.source is None:
            return
        with self.source.open("rb") as file:
            for piece in self.pieces:
                if not isinstance(piece, Take):
                    continue
                file.seek(piece.offset)
                left = piece.size
                while left:
                    chunk = file.read(min(left, _CHUNK))
                    if not chunk:
                        raise OSError(f"{self.source} became shorter while it was being read")
                    left -= len(chunk)
                    yield chunk


def whole(size: int) -> tuple[Piece, ...]:
    """A file as it is."""
    return (Take(0, size),) if size else ()


def in_text(data: bytes) -> tuple[Piece, ...]:
    """A text that names :data:`STAND_IN`."""
    return _joined(_split(data, 0))


def in_binary(data: bytes | mmap, length: int) -> tuple[Piece, ...]:
    """A program whose C strings name :data:`STAND_IN`, each in the room of *length* bytes.

    What is left of that room are NULs behind the string, so that everything stays at its offset.
    """
    pieces: list[Piece] = []
    spare = length - len(STAND_IN)
    done = 0
    for found in re.finditer(re.escape(STAND_IN.encode()) + rb"[^\0]*", data):
        if found.start() < done:
            continue
        count = found[0].count(STAND_IN.encode())
        pieces.append(Take(done, found.start() - done))
        pieces += _split(found[0], found.start())
        pieces.append(Padding(count, length))
        done = found.end() + count * spare
    pieces.append(Take(done, len(data) - done))
    return _joined(pieces)


def _split(data: bytes, offset: int) -> list[Piece]:
    pieces: list[Piece] = []
    for number, part in enumerate(data.split(STAND_IN.encode())):
        if number:
            pieces.append(Prefix())
            offset += len(STAND_IN)
        pieces.append(Take(offset, len(part)))
        offset += len(part)
    return pieces


def _joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    return tuple(piece for piece in pieces if not (isinstance(piece, Take) and piece.size == 0))
