"""Files as answers: whole or a part of it, never more in memory than its reader has taken."""

from __future__ import annotations

import io
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote

from tornado.iostream import StreamClosedError

from ..models.problem import RangeNotSatisfiable

if TYPE_CHECKING:
    from .base import TerrariumHandler

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_LONG = 20
#: Bytes that are read and sent at a time. Twice as many cost the event loop a tenth less a byte,
#: but then the memory of many downloads is not flat any more.
CHUNK = 1 << 17


@dataclass(frozen=True)
class FileAnswer:
    """What a verb answers with: the file at ``path``, or ``content`` where that is ``None``.

    With an ``etag`` (of the bytes, without quotes) readers may keep what they have and ask for
    what they lack.
    """

    path: Path | None = None
    content: bytes = field(default=b"", repr=False)
    file_name: str = ""
    media_type: str = ""
    etag: str = ""

    def open(self) -> BinaryIO:
        """Its bytes."""
        return io.BytesIO(self.content) if self.path is None else self.path.open("rb")

    @property
    def disposition(self) -> str:
        """The ``Content-Disposition`` (RFC 6266); empty without a name."""
        if not self.file_name:
            return ""
        plain = re.sub(r"[^A-Za-z0-9._+-]", "_", self.file_name)
        return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(self.file_name)}"


def part(asked: str, size: int) -> tuple[int, int] | None:
    """First byte and length of the range in the header *asked* (RFC 9110), ``None`` for all.

    One range is understood; what is no range, or several, means the whole file. Raises
    :class:`RangeNotSatisfiable`.
    """
    found = _RANGE.fullmatch(asked.replace(" ", ""))
    if found is None or max(len(found[1]), len(found[2])) > _LONG or not (found[1] or found[2]):
        return None
    if not found[1]:
        length = min(int(found[2]), size)
        if length == 0:
            raise _nothing_there(size)
        return size - length, length
    first = int(found[1])
    last = min(int(found[2]), size - 1) if found[2] else size - 1
    if found[2] and int(found[2]) < first:
        return None
    if first >= size:
        raise _nothing_there(size)
    return first, last - first + 1


def has(header: str, etag: str) -> bool:
    """Whether the list of entity tags in *header* (``If-None-Match``) has this one."""
    tags = {tag.strip().removeprefix("W/").strip('"') for tag in header.split(",")}
    return bool(etag) and (header.strip() == "*" or etag in tags)


def _nothing_there(size: int) -> RangeNotSatisfiable:
    return RangeNotSatisfiable(f"the file has {size:,} bytes, and none of them was asked for")


async def send_file(handler: TerrariumHandler, media_type: str, found: Path | FileAnswer) -> None:
    """Send a file, or the part that was asked for; nothing to who has it already.

    *media_type* is that of an answer which does not know its own. Raises
    :class:`RangeNotSatisfiable`.
    """
    answer = FileAnswer(found) if isinstance(found, Path) else found
    handler.set_header("X-Content-Type-Options", "nosniff")
    handler.set_header("Content-Security-Policy", "sandbox; default-src 'none'")
    handler.set_header("Cache-Control", "no-store")
    if has(handler.request.headers.get("If-None-Match", ""), answer.etag):
        _describe(handler, answer)
        handler.set_status(304)
        handler.finish()
        return
    with await handler.run(answer.open) as file:
        size = await handler.run(file.seek, 0, os.SEEK_END)
        first, length = _asked_part(handler, answer, size)
        _describe(handler, answer)
        handler.set_status(206 if length < size else 200)
        if length < size:
            handler.set_header("Content-Range", f"bytes {first}-{first + length - 1}/{size}")
        handler.set_header("Content-Type", answer.media_type or media_type)
        handler.set_header("Content-Length", str(length))
        if handler.request.method == "HEAD":
            await handler.flush()
            length = 0
        await handler.run(file.seek, first)
        while length:
            try:
                sent = await _send_next(handler, file, min(CHUNK, length))
            except StreamClosedError:
                return
            if not sent:
                break
            length -= sent
    handler.send(b"", answer.media_type or media_type)


async def _send_next(handler: TerrariumHandler, file: BinaryIO, count: int) -> int:
    """Send the next *count* bytes; how many there were, when they are on their way.

    A function of its own, so that nothing holds them while the next ones are read: what many
    readers are sent at once is in memory once each.
    """
    content = await handler.run(file.read, count)
    if content:
        handler.write(content)
        await handler.flush()
    return len(content)


def _describe(handler: TerrariumHandler, answer: FileAnswer) -> None:
    """Say what the file is; not before it is sure that it, and no problem, is the answer."""
    if answer.disposition:
        handler.set_header("Content-Disposition", answer.disposition)
    if answer.etag:
        handler.set_header("Accept-Ranges", "bytes")
        handler.set_header("ETag", f'"{answer.etag}"')


def _asked_part(handler: TerrariumHandler, answer: FileAnswer, size: int) -> tuple[int, int]:
    """First byte and length of what to send."""
    headers = handler.request.headers
    condition = headers.get("If-Range", "")
    changed = bool(condition) and not has(condition, answer.etag)
    if not answer.etag or changed or handler.request.method == "HEAD":
        return 0, size
    try:
        return part(headers.get("Range", ""), size) or (0, size)
    except RangeNotSatisfiable:
        handler.set_header("Content-Range", f"bytes */{size}")
        raise
