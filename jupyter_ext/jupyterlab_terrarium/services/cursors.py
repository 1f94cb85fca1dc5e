"""Cursors of lists: opaque to clients, a JSON list inside, never trusted."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence

from ..models.problem import InvalidRequest


def encode(parts: Sequence[str]) -> str:
    """The cursor that points behind the row with these sort keys."""
    return base64.urlsafe_b64encode(json.dumps(list(parts)).encode()).decode().rstrip("=")


def _storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def decode(cursor: str, length: int) -> list[str]:
    """The sort keys in *cursor*. Raises :class:`InvalidRequest` when it is none of ours."""
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        parts = json.loads(raw)
    except (binascii.Error, ValueError, RecursionError):
        parts = None
    if (
        not isinstance(parts, list)
        or len(parts) != length
        or not all(isinstance(part, str) and _storable(part) for part in parts)
    ):
        raise InvalidRequest("the cursor is not one that this list has given out")
    return [str(part) for part in parts]
