"""The text of a specification: decoding, places in it, and showing pieces of it safely."""

from __future__ import annotations

import re
from bisect import bisect_right

from ...models.problem import Finding, Place
from .credentials import scrub_text
from .limits import MAX_BYTES, MAX_LINE

_LINE_END = re.compile(r"\r\n|\r|\n")
_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BOMS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


class Lines:
    """Where lines begin, so that an offset (in characters) can be told as line and column.

    Lines end at LF, CR LF and CR only: what an editor counts, not what YAML counts.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(end.end() for end in _LINE_END.finditer(text))]

    def place(self, offset: int) -> Place:
        """The place of character *offset* (from 0); line and column count from 1."""
        line = bisect_right(self._starts, offset)
        return Place(line=line, column=offset - self._starts[line - 1] + 1)

    def rest_of_line(self, offset: int) -> str:
        """What follows *offset* on its line."""
        end = _LINE_END.search(self.text, offset)
        return self.text[offset : end.start() if end else len(self.text)]

    def offsets(self) -> list[int]:
        """The offset at which each line begins."""
        return self._starts


def escaped(text: str) -> str:
    """*text* with everything unprintable or invisible written as an escape."""
    return "".join(c if c.isprintable() else _escape(c) for c in text)


def _escape(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def shown(text: str, limit: int = 60) -> str:
    """*text* fit to stand in a message: credentials masked, escaped, cut to *limit*."""
    safe = escaped(scrub_text(text))
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"


def too_large(size: int) -> Finding | None:
    """The error for a text of *size* bytes, when that is too many."""
    if size <= MAX_BYTES:
        return None
    return Finding(
        message=f"The specification has {size:,} bytes; at most {MAX_BYTES:,} are read.",
        hint="Check that this is an environment.yml and not a lockfile or a data file.",
        place=Place(line=1, column=1),
    )


def decode(data: bytes) -> tuple[str, Finding | None]:
    """Decode UTF-8, with or without a byte order mark; the error names the byte."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return "", _not_utf8(data, 0, f"it begins with the mark of {name}", name)
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        at, byte = error.start, data[error.start]
    return "", _not_utf8(data, at, f"byte {at + 1} is 0x{byte:02x}", "")


def _not_utf8(data: bytes, at: int, cause: str, encoding: str) -> Finding:
    before = data[:at].decode("utf-8-sig", errors="replace")
    if not encoding and data[:400].count(0) > len(data[:400]) // 4:
        encoding = "UTF-16"
    found = f"This looks like {encoding}. " if encoding else ""
    return Finding(
        message=f"The text is not UTF-8: {cause}.",
        hint=f"{found}Save the file with the encoding UTF-8 and try again.",
        place=Lines(before).place(len(before)),
    )


def unreadable(lines: Lines) -> list[Finding]:
    """Errors for what no YAML text may hold, and for lines too long to be meant."""
    errors = []
    nuls = lines.text.count("\0")
    wide = nuls > 2 and nuls > len(lines.text) // 4
    for bad in _NOT_YAML.finditer(lines.text):
        hint = "Delete the character; in a quoted text it can be written as an escape."
        if wide:
            hint = "This looks like UTF-16. Save the file with the encoding UTF-8 and try again."
        errors.append(
            Finding(
                message=f"The character {escaped(bad[0])} cannot stand in a specification.",
                hint=hint,
                place=lines.place(bad.start()),
            )
        )
        if wide or len(errors) == 20:
            break
    starts = lines.offsets()
    for start, end in zip(starts, [*starts[1:], len(lines.text)], strict=True):
        if end - start > MAX_LINE:
            errors.append(
                Finding(
                    message=f"This line has {end - start:,} characters; at most {MAX_LINE:,} "
                    "are read.",
                    hint="Write one entry per line.",
                    place=lines.place(start),
                )
            )
            break
    return errors
