"""YAML written by hand: comments stay at their entries, and every reader reads the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

# Only what no YAML version reads as anything but a text: numbers, dates, `yes` and `~` are quoted.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._+/-]*(?:[=:][A-Za-z0-9._+/=:!*|<>,-]+)*")
_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])


def scalar(text: str) -> str:
    """*text* as a YAML scalar, in double quotes unless it is plain beyond doubt."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and not text.endswith(":"):
        return text
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\x7f")


def entries(lines: Iterable[str | tuple[str, str]], indent: int = 2) -> list[str]:
    """A list, one entry a line; of a pair the second is the comment behind the first."""
    written = []
    for line in lines:
        text, comment = line if isinstance(line, tuple) else (line, "")
        written.append(f"{' ' * indent}- {scalar(text)}" + (f"  # {comment}" if comment else ""))
    return written


def mapping(items: Mapping[str, str], indent: int = 2) -> list[str]:
    """A mapping of texts, sorted by its keys."""
    return [f"{' ' * indent}{scalar(key)}: {scalar(value)}" for key, value in sorted(items.items())]
