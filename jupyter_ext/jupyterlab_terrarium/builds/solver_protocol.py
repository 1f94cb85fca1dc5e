"""The solver process speaks lines: a number, a word, and JSON that only its reader parses.

Request: ``1 solve {...}``, a method and its parameters. Answer: ``1 ok ...`` with the result,
``1 solution ...`` with one in pieces, or ``1 failed {...}`` with a problem. Answers come in any
order.
``1 cancel null`` takes request 1 back: neither it nor this is answered.
``1 lock {...}`` makes a lock known, which requests after it call lock 1; it is not answered either.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic_core import to_json

#: Bytes of one line; the largest are lockfiles.
MAX_LINE = 64 * 1024 * 1024


@dataclass(frozen=True)
class Message:
    """One line: *content* is JSON. ``word`` is a method, or ``ok``, ``solution`` or ``failed``.

    A solution comes in ``pieces`` (:mod:`.solution_wire`).
    """

    number: int
    word: str
    content: bytes
    pieces: list[bytes] = field(default_factory=list)


def encode(number: int, word: str, content: object) -> bytes:
    """One line. Models are written as such, bytes are written already.

    Raises ``ValueError`` for what is no JSON.
    """
    text = content if isinstance(content, bytes) else to_json(content)
    return b"%d %b %b\n" % (number, word.encode(), text)


def decode(line: bytes) -> Message:
    """The message of a line. Raises ``ValueError`` when it is none."""
    number, word, content = line.rstrip(b"\n").split(b" ", 2)
    return Message(int(number), word.decode(), content)
