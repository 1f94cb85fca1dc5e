"""Reading tar archives that anybody may have made: POSIX ustar and pax, with GNU's long names.

Python's own ``tarfile`` believes what headers say: one extension header may ask for gigabytes of
memory, and names, kinds and duplicates are left to whoever calls. Here the archive is a stream of
members, each checked before it is handed out: nothing is ever written, memory is bounded, and the
first thing that is wrong ends the reading.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Literal, Protocol

from ..models.problem import InvalidArchive
from .safe_names import check_name, check_target, folded

Kind = Literal["file", "directory", "symlink", "hardlink"]

_BLOCK = 512
_CHUNK = 1 << 20
_KINDS: dict[bytes, Kind] = {
    b"0": "file",
    b"\0": "file",
    b"5": "directory",
    b"2": "symlink",
    b"1": "hardlink",
}
_SPECIAL = {b"3": "a device", b"4": "a device", b"6": "a pipe", b"S": "a sparse file"}
#: Extension headers hold a name of a few kilobytes at most.
_MAX_EXTENSION = 64 * 1024
_WINDOW = 1 << 27
_HINT = "Ask for the file again where it is from; `jupyter terrarium verify FILE` tells more."


class Readable(Protocol):
    """What is read from; less than *size* bytes come at the end only."""

    def read(self, size: int, /) -> bytes:
        """The next bytes."""
        ...


@dataclass(frozen=True)
class Limits:
    """How much an archive may hold; ``total`` and ``member`` are bytes after decompression."""

    members: int = 500_000
    total: int = 1 << 38
    member: int = 1 << 36


@dataclass(frozen=True)
class Member:
    """One entry. ``name`` is relative, with slashes; ``target`` is that of a link."""

    name: str
    kind: Kind
    size: int
    mode: int
    target: str = ""


@dataclass
class SafeTar:
    """The members of the tar stream *stream*, in order; *links* permits those that stay inside.

    After a member was handed out, :meth:`chunks` reads its content; what is not read is passed
    over. Every method raises :class:`InvalidArchive`.
    """

    stream: Readable
    limits: Limits = field(default_factory=Limits)
    links: bool = False
    _left: int = field(default=0, init=False)
    _padding: int = field(default=0, init=False)
    _read_bytes: int = field(default=0, init=False)

    def members(self) -> Iterator[Member]:
        """Each member, its name, kind and size checked."""
        seen: dict[str, Kind] = {}
        count = 0
        while (header := self._header()) is not None:
            count += 1
            if count > self.limits.members:
                raise refused(f"it has more than {self.limits.members:,} entries")
            if header.type == b"5" and header.name.rstrip("/") == ".":
                # What `tar -c .` begins with: the directory itself.
                continue
            member = self._member(header)
            self._check_clash(member, seen)
            size = member.size if member.kind == "file" else 0
            self._left, self._padding = size, -size % _BLOCK
            yield member
            for _ in self.chunks():
                pass
            self._take(self._padding)

    def chunks(self) -> Iterator[bytes]:
        """The content of the member at hand, or what is left of it."""
        while self._left:
            chunk = self._take(min(self._left, _CHUNK))
            self._left -= len(chunk)
            yield chunk

    def content(self, limit: int) -> bytes:
        """The whole content of the member at hand, which is at most *limit* bytes."""
        if self._left > limit:
            raise refused(f"a text in it has {self._left:,} bytes; {limit:,} is the limit")
        return b"".join(self.chunks())

    def _take(self, size: int) -> bytes:
        self._read_bytes += size
        if self._read_bytes > self.limits.total:
            raise refused(f"it unpacks to more than {self.limits.total:,} bytes")
        try:
            found = self.stream.read(size)
        except (EOFError, OSError, ValueError, zlib.error) as error:
            raise refused(f"its compressed data is damaged ({error})") from None
        if len(found) != size:
            raise refused("it ends in the middle")
        return found

    def _header(self) -> _Header | None:
        """The next header with what its extensions say; ``None`` at the end."""
        more: dict[str, str] = {}
        while True:
            block = self._take(_BLOCK)
            if not any(block):
                return None
            header = _parse(block)
            if header.type == b"x":
                more |= _pax(self._extension(header))
            elif header.type in (b"L", b"K"):
                key = "path" if header.type == b"L" else "linkpath"
                more[key] = _text(self._extension(header).rstrip(b"\0"))
            elif header.type == b"g":
                # Comments of programs such as git; of one member it says nothing.
                self._extension(header)
            else:
                return header.extended(more)

    def _extension(self, header: _Header) -> bytes:
        if header.size > _MAX_EXTENSION:
            raise refused(f"an extension header of it has {header.size:,} bytes")
        return self._take(header.size + -header.size % _BLOCK)[: header.size]

    def _member(self, header: _Header) -> Member:
        kind = _KINDS.get(header.type)
        name = check_name(header.name.rstrip("/") if kind == "directory" else header.name)
        if kind is None:
            what = _SPECIAL.get(header.type, "of a kind that has no place here")
            raise refused(f"{name!a} in it is {what}")
        if kind in ("symlink", "hardlink"):
            if not self.links:
                raise refused(f"{name!a} in it is a link to {header.target[:200]!a}")
            check_target(name, header.target, hard=kind == "hardlink")
        if header.size > self.limits.member:
            raise refused(f"{name!a} in it has {header.size:,} bytes")
        return Member(name, kind, header.size, header.mode, header.target)

    def _check_clash(self, member: Member, seen: dict[str, Kind]) -> None:
        """No two names that some file system takes for one, nothing below what is no directory."""
        key = folded(member.name)
        before = seen.get(key)
        if before is not None and not (before == member.kind == "directory"):
            raise refused(f"{member.name!a} is in it twice (perhaps in other letters)")
        seen[key] = member.kind
        parent = key.rpartition("/")[0]
        while parent:
            if seen.get(parent, "directory") != "directory":
                raise refused(f"{member.name!a} in it lies below what is no directory")
            parent = parent.rpartition("/")[0]


@dataclass(frozen=True)
class _Header:
    name: str
    type: bytes
    size: int
    mode: int
    target: str

    def extended(self, more: dict[str, str]) -> _Header:
        size = more.get("size")
        if size is not None and not (size.isascii() and size.isdigit() and len(size) < 20):
            raise refused("an extension header of it has no valid size")
        return _Header(
            more.get("path", self.name),
            self.type,
            self.size if size is None else int(size),
            self.mode,
            more.get("linkpath", self.target),
        )


def _parse(block: bytes) -> _Header:
    expected = _number(block[148:156])
    if sum(block[:148]) + sum(block[156:]) + 8 * 0x20 != expected:
        raise refused("a header of it is damaged")
    name = _text(block[:100].split(b"\0", 1)[0])
    if block[257:263] == b"ustar\0" and block[345]:
        name = _text(block[345:500].split(b"\0", 1)[0]) + "/" + name
    return _Header(
        name,
        block[156:157],
        _number(block[124:136]),
        _number(block[100:108]) & 0o7777,
        _text(block[157:257].split(b"\0", 1)[0]),
    )


def _number(digits: bytes) -> int:
    """Octal digits, or GNU's base 256 for what is larger."""
    if digits[0] == 0x80:
        return int.from_bytes(digits[1:], "big")
    text = digits.strip(b" \0")
    if not all(0x30 <= byte <= 0x37 for byte in text):
        raise refused("a header of it is damaged")
    return int(text or b"0", 8)


def _pax(data: bytes) -> dict[str, str]:
    """Records ``length key=value`` (POSIX pax, "Extended Header")."""
    found: dict[str, str] = {}
    while data:
        digits, _, _ = data[:20].partition(b" ")
        if not digits.isdigit() or not len(digits) + 3 <= int(digits) <= len(data):
            raise refused("an extension header of it is damaged")
        record, data = data[: int(digits)], data[int(digits) :]
        key, _, value = record[len(digits) + 1 : -1].partition(b"=")
        if key.startswith(b"GNU.sparse"):
            raise refused("a sparse file is in it")
        if key in (b"path", b"linkpath", b"size"):
            found[key.decode()] = _text(value)
    return found


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise refused("a name in it is not UTF-8") from None


@contextmanager
def open_tar(path: Path, limits: Limits | None = None, *, links: bool = False) -> Iterator[SafeTar]:
    """The archive at *path*: plain, gzip or zstd, told by its first bytes.

    Raises :class:`InvalidArchive`, and ``OSError`` when the file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(4)
        file.seek(0)
        stream: Readable = file
        if head[:2] == b"\x1f\x8b":
            stream = gzip.GzipFile(fileobj=file)
        elif head == b"\x28\xb5\x2f\xfd":
            stream = _Zstd(file)
        yield SafeTar(stream, limits or Limits(), links)


class _Zstd:
    """A stream whose ``read`` gives all that was asked for, and its errors as ``OSError``."""

    def __init__(self, file: IO[bytes]) -> None:
        from zstandard import ZstdDecompressor

        self._reader = ZstdDecompressor(max_window_size=_WINDOW).stream_reader(
            file, read_across_frames=True
        )

    def read(self, size: int) -> bytes:
        from zstandard import ZstdError

        parts = []
        try:
            while size and (part := self._reader.read(size)):
                parts.append(part)
                size -= len(part)
        except ZstdError as error:
            raise OSError(str(error)) from None
        return b"".join(parts)


def refused(why: str) -> InvalidArchive:
    """The error that says *why* an archive is not accepted."""
    return InvalidArchive(f"The archive is refused: {why}.", _HINT)
