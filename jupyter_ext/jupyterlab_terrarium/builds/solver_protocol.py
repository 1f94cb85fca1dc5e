"""The solver process speaks lines: a number, a word, and JSON that only its reader parses.

Request: ``1 solve {...}``, a method and its parameters. Answer: ``1 ok ...`` with the result, or
``1 failed {...}`` with a problem. Answers come in any order.
``1 cancel null`` takes request 1 back: neither it nor this is answered.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic_core import to_json

#: Bytes of one line; the largest are lockfiles.
MAX_LINE = 64 * 1024 * 1024


@dataclass(frozen=True)
class Message:
    """One line: *content* is JSON. ``word`` is a method, or ``ok`` or ``failed``."""

    number: int
    word: str
    content: bytes


def encode(number: int, word: str, content: object) -> bytes:
    """One line. Models are written as such. Raises ``ValueError`` for what is no JSON."""
    return b"%d %b %b\n" % (number, word.encode(), to_json(content))


def decode(line: bytes) -> Message:
    """The message of a line. Raises ``ValueError`` when it is none."""
    number, word, content = line.split(b" ", 2)
    return Message(int(number), word.decode(), content)
