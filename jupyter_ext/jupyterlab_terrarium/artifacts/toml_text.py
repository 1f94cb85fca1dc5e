"""TOML written by hand: few tables, each in a fixed order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def string(text: str) -> str:
    """*text* as a basic string: JSON's escapes are TOML's, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def key(text: str) -> str:
    """*text* as a key, quoted when it must be."""
    return text if _BARE.fullmatch(text) else string(text)


def array(texts: Iterable[str]) -> str:
    """An array of strings, on one line."""
    return f"[{', '.join(string(text) for text in texts)}]"


def inline(values: Mapping[str, str | list[str]]) -> str:
    """An inline table of strings and arrays of strings, in the order of *values*."""
    pairs = [
        f"{key(name)} = {string(value) if isinstance(value, str) else array(value)}"
        for name, value in values.items()
    ]
    return f"{{ {', '.join(pairs)} }}"


def table(name: str) -> list[str]:
    """The lines that begin a table."""
    return ["", f"[{name}]"]
