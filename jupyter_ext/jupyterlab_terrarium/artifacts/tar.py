"""Writing tar files (POSIX.1-2001, pax) that are the same whoever writes them, whenever.

``tarfile`` takes longer to make a header than the kernel to read the file, so the common header is
made here; names that do not fit it go the way of ``tarfile``'s pax headers.
"""

from __future__ import annotations

import hashlib
import os
import tarfile
from collections.abc import Callable, Iterable

from .node import Node
from .problem import altered

_BLOCK = 512
_RECORD = 20 * _BLOCK
_READ = 1 << 20
_USTAR = b"ustar\x0000"
_LARGEST = 8 * 1024**3

Write = Callable[[bytes], object]


class TarWriter:
    """Writes entries one after the other to *write*; all with one time, user 0, group 0."""

    def __init__(self, write: Write, mtime: int, top: str = "") -> None:
        self._write = write
        self._mtime = mtime
        self._top = top
        self.bytes = 0

    def add(self, node: Node) -> int:
        """Write *node*; gives the bytes of its content.

        Raises :class:`FormImpossible` for a file that is not what the node says, ``OSError``.
        """
        content, name = node.content, self._top + node.path
        if node.kind == "directory":
            self.directory(name)
            return 0
        if node.kind == "link":
            assert isinstance(content, str)
            self._put(self._header(name, 0, 0o777, b"2", content))
            return 0
        if isinstance(content, str):
            return self._copy(name, node)
        data = content if isinstance(content, bytes) else content()
        self.file(name, data, bool(node.executable))
        return len(data)

    def directory(self, name: str, mode: int = 0o755) -> None:
        """Write one directory."""
        self._put(self._header(f"{name}/", 0, mode, b"5"))

    def file(self, name: str, data: bytes, executable: bool = False) -> None:
        """Write one file with this content."""
        mode = 0o755 if executable else 0o644
        self._put(self._header(name, len(data), mode, b"0") + data + bytes(-len(data) % _BLOCK))

    def large(self, name: str, size: int, blocks: Iterable[bytes]) -> None:
        """Write one file of *size* bytes that comes in *blocks*."""
        self._put(self._header(name, size, 0o644, b"0"))
        for block in blocks:
            self._put(block)
        self._put(bytes(-size % _BLOCK))

    def close(self) -> None:
        """Write the end of the archive."""
        end = 2 * _BLOCK
        self._put(bytes(end + -(self.bytes + end) % _RECORD))

    def _put(self, data: bytes) -> None:
        self.bytes += len(data)
        self._write(data)

    def _copy(self, name: str, node: Node) -> int:
        assert isinstance(node.content, str)
        try:
            descriptor = os.open(node.content, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            raise altered(node.path) from None
        try:
            status = os.fstat(descriptor)
            size, executable = status.st_size, node.executable
            program = status.st_mode & 0o100 if executable is None else executable
            header = self._header(name, size, 0o755 if program else 0o644, b"0")
            digest = hashlib.sha256() if node.sha256 else None
            left = size
            data = os.read(descriptor, min(left, _READ))
            if len(data) == size:
                if digest is not None:
                    digest.update(data)
                self._put(header + data + bytes(-size % _BLOCK))
                left = 0
            else:
                self._put(header)
                while data:
                    if digest is not None:
                        digest.update(data)
                    self._put(data)
                    left -= len(data)
                    data = os.read(descriptor, min(left, _READ)) if left > 0 else b""
                self._put(bytes(-size % _BLOCK))
            # What has been written is of no use then, and is thrown away.
            if left or (digest is not None and digest.hexdigest() != node.sha256):
                raise altered(node.path)
            return size
        finally:
            os.close(descriptor)

    def _header(self, name: str, size: int, mode: int, kind: bytes, link: str = "") -> bytes:
        raw, target = os.fsencode(name), os.fsencode(link)
        prefix = b""
        if len(raw) > 100:
            cut = raw.find(b"/", len(raw) - 101, -1)
            if 0 < cut <= 155:
                prefix, raw = raw[:cut], raw[cut + 1 :]
        plain = len(raw) <= 100 and len(target) <= 100 and size < _LARGEST
        if not plain or not (name.isascii() and link.isascii()):
            return self._pax(name, size, mode, kind, link)
        # Modes, owner, group, size and time in octal digits; the sum is made with blanks for it.
        block = b"".join(
            (
                raw.ljust(100, b"\0"),
                b"%07o\0000000000\x000000000\0%011o\0%011o\0" % (mode, size, self._mtime),
                b"        ",
                kind,
                target.ljust(100, b"\0"),
                _USTAR.ljust(88, b"\0"),
                prefix.ljust(167, b"\0"),
            )
        )
        return block[:148] + b"%06o\0 " % sum(block) + block[156:]

    def _pax(self, name: str, size: int, mode: int, kind: bytes, link: str) -> bytes:
        info = tarfile.TarInfo(name.rstrip("/"))
        info.size, info.mode, info.mtime = size, mode, self._mtime
        info.type, info.linkname = kind, link
        return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")
