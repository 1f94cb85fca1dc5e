"""The second half of an installer, run by the Python that its first half has laid down.

Nothing of ours is imported, and hardly anything of Python's own: most of that is what this
unpacks. Called with the prefix and ``plain`` or ``deflated``; descriptor 3 stands at the first
entry. An entry is a line ``KIND MODE PIECES PATH`` with its content behind it; ``end`` is the last.
"""

from __future__ import annotations

import os
import sys

_CHUNK = 1 << 20


class Stream:
    """What is left of the installer, decompressed."""

    def __init__(self, deflated: bool) -> None:
        self._buffer = b""
        self._unpack = None
        if deflated:
            import zlib

            self._unpack = zlib.decompressobj(-15)

    def _more(self) -> None:
        data = os.read(3, _CHUNK)
        if not data:
            raise EOFError("the installer ends in the middle")
        self._buffer += data if self._unpack is None else self._unpack.decompress(data)

    def line(self) -> list[str]:
        """The words of the next line; the last may hold blanks."""
        while b"\n" not in self._buffer:
            self._more()
        line, _, self._buffer = self._buffer.partition(b"\n")
        return os.fsdecode(line).split(" ", 3)

    def take(self, size: int) -> bytes:
        """The next *size* bytes, which are few."""
        while len(self._buffer) < size:
            self._more()
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    def copy(self, size: int, target: int) -> None:
        """Write the next *size* bytes to the descriptor *target*."""
        while size:
            if not self._buffer:
                self._more()
                continue
            data, self._buffer = self._buffer[:size], self._buffer[size:]
            size -= len(data)
            put(target, data)


def put(target: int, data: bytes) -> None:
    """Write all of *data*."""
    while data:
        data = data[os.write(target, data) :]


def lay_down(stream: Stream, prefix: bytes, pieces: str, target: int) -> None:
    """Write one file: ``T`` takes bytes, ``P`` is the prefix, ``Z`` are the NULs it leaves over."""
    for piece in pieces.split(",") if pieces != "-" else ():
        if piece[0] == "T":
            stream.copy(int(piece[1:]), target)
        elif piece[0] == "P":
            put(target, prefix)
        else:
            count, length = piece[1:].split(":")
            put(target, bytes(int(count) * (int(length) - len(prefix))))


def unpack(root: str, stream: Stream) -> None:
    """Lay down everything that is left."""
    prefix = os.fsencode(root)
    top = os.open(root, os.O_RDONLY)
    words = stream.line()
    while words[0] != "end":
        kind, mode, pieces, path = words
        full = root + "/" + path
        if kind == "l":
            os.symlink(stream.take(int(pieces[1:])), os.fsencode(path), dir_fd=top)
        else:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            target = os.open(full, flags, int(mode, 8))
            lay_down(stream, prefix, pieces, target)
            os.close(target)
            if "Z" in pieces and sys.platform == "darwin":
                # macOS starts only programs whose signature is that of their content.
                codesign = ["codesign", "--force", "--sign", "-", full]
                os.spawnv(os.P_WAIT, "/usr/bin/codesign", codesign)
        words = stream.line()


if __name__ == "__main__":
    os.umask(0o022)
    try:
        unpack(sys.argv[1], Stream(sys.argv[2] == "deflated"))
    except (OSError, EOFError) as error:
        sys.stderr.write(str(error) + "\n")
        sys.exit(1)
