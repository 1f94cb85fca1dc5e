"""The shell half of an installer: the script in front, and the plan that it follows."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from .pieces import Entry, Padding, Piece, Prefix, Take

_SCRIPT = Path(__file__).parent / "data/install.sh"
_MARK = re.compile(r"@([A-Z]+)@")
#: Names that one call of a program is given.
_BATCH = 100
DIGITS = 64


def plan(directories: Iterable[str], entries: Iterable[Entry]) -> str:
    """The commands that lay down *entries* in order, run by the script in the prefix."""
    lines = list(_batches("mkdir -p", directories))
    executable = []
    for entry in entries:
        name = quoted(entry.path)
        if entry.kind == "link":
            lines.append(f"ln -s {shlex.quote(entry.target)} {name} || fail {name}")
        elif not entry.pieces:
            lines.append(f": >{name}")
        elif not entry.relocated:
            lines.append(f"raw {entry.size} {name}")
        else:
            steps = " && ".join(map(_step, entry.pieces))
            lines.append(f"{{ {steps}; }} >{name} || fail {name}")
            if any(isinstance(piece, Padding) for piece in entry.pieces):
                lines.append(f"signed {name}")
        if entry.executable:
            executable.append(entry.path)
    lines += _batches("chmod 755", executable)
    return "\n".join(lines) + "\n"


def quoted(path: str) -> str:
    """*path* as a word of the shell that no program takes for an option."""
    return shlex.quote(f"./{path}")


def _batches(command: str, paths: Iterable[str]) -> Iterator[str]:
    names = [quoted(path) for path in paths]
    for start in range(0, len(names), _BATCH):
        yield f"{command} {' '.join(names[start : start + _BATCH])} || fail '{command}'"


def _step(piece: Piece) -> str:
    if isinstance(piece, Take):
        return f"take {piece.size}"
    if isinstance(piece, Prefix):
        return "put"
    return f"pad {piece.count} {piece.length}"


def second_stage_pieces(pieces: Iterable[Piece]) -> str:
    """*pieces* as :mod:`.unpack_stage` reads them."""
    words = []
    for piece in pieces:
        if isinstance(piece, Take):
            words.append(f"T{piece.size}")
        elif isinstance(piece, Prefix):
            words.append("P")
        else:
            words.append(f"Z{piece.count}:{piece.length}")
    return ",".join(words) or "-"


def script(values: Mapping[str, str]) -> bytes:
    """The script with *values* for its marks, and zeros where its checksum goes.

    It holds its own length and the place of the checksum, so it is made until these are true.
    """
    template = _SCRIPT.read_text("utf-8")
    header, before = 0, 0
    while True:
        known = {
            **values,
            "HEADER": str(header),
            "BEFORE": str(before),
            "AFTER": str(before + DIGITS + 1),
            "CHECKSUM": "0" * DIGITS,
        }
        text = _filled(template, known).encode()
        place = text.index(b"checksum=" + b"0" * DIGITS) + len(b"checksum=")
        if (len(text), place) == (header, before):
            return text
        header, before = len(text), place


def _filled(template: str, values: Mapping[str, str]) -> str:
    return _MARK.sub(lambda mark: values[mark[1]], template)
