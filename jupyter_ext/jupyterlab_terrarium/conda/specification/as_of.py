"""``as-of``: the moment after which no package file exists for the solver.

A date (the end of that day, UTC) or a time of RFC 3339 with its zone.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone

from .document import Node, Scalar
from .reading import Reading
from .text import shown

_YEAR = r"(?:19[7-9][0-9]|2[0-9]{3})"
_DATE = re.compile(_YEAR + r"-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(
    _DATE.pattern + r"[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?"
    r"(?P<zone>[Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
_EXAMPLE = "Write a date like `as-of: 2025-06-01`, or a time like `2025-06-01T12:00:00Z`."


def read_as_of(reading: Reading, node: Node, path: str) -> datetime | None:
    """The moment, aware; a date means the end of that day in UTC."""
    if isinstance(node, Scalar) and node.kind == "nothing":
        return None
    if not isinstance(node, Scalar) or node.kind == "truth value":
        reading.error(node, path, f"`{path}` must be a date, not a {node.kind}.", _EXAMPLE)
        return None
    text = node.text.strip()
    time = _TIME.fullmatch(text)
    if time is not None and time["zone"] is None:
        reading.error(
            node, path, f"`{text}` has no time zone.", f"Write `{text.replace(' ', 'T')}Z` for UTC."
        )
        return None
    moment = None
    if time is not None:
        moment = _moment(text.upper().replace("Z", "+00:00"))
    elif _DATE.fullmatch(text):
        moment = _moment(f"{text}T23:59:59.999999+00:00")
    if moment is None:
        reading.error(node, path, f"`{shown(text, 30)}` is not a date.", _EXAMPLE)
    elif moment > datetime.now(timezone.utc):
        reading.notice(
            node,
            path,
            f"`{text}` is in the future: nothing is left out.",
            "Take a date of the past to get the packages of that day.",
        )
    return moment


def _moment(text: str) -> datetime | None:
    """*text* as a time, unless there is no such day or hour."""
    clock, dot, rest = text.partition(".")
    if dot:
        digits = re.match(r"[0-9]+", rest)
        # Python 3.10 reads three or six digits only.
        fraction = digits[0] if digits else ""
        text = f"{clock}.{fraction.ljust(6, '0')}{rest[len(fraction) :]}"
    try:
        return datetime.fromisoformat(text).astimezone(timezone.utc)
    except ValueError:
        return None
