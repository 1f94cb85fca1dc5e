"""Which kind of lockfile a text is, told by its content: names of files say little."""

from __future__ import annotations

import re
from typing import Literal

#: The last two lock Python packages only; they are known so that they can be refused in words.
LockfileKind = Literal["conda-lock", "pixi", "explicit", "pylock", "requirements"]

_KEY = re.compile(r"^(version|metadata|package|packages|environments|dependencies):", re.MULTILINE)
_EXPLICIT = re.compile(r"^[ \t]*@EXPLICIT[ \t]*\r?$", re.MULTILINE)
_PYLOCK = re.compile(r"^lock-version[ \t]*=", re.MULTILINE)
_REQUIREMENTS = re.compile(r"^[^#\n]*[ \t]--hash[= ]sha", re.MULTILINE)


def lockfile_kind(text: str) -> LockfileKind | None:
    """The kind of lockfile that *text* looks like; ``None`` for none of them."""
    keys = set(_KEY.findall(text))
    if "dependencies" in keys:
        return None
    if {"version", "metadata", "package"} <= keys:
        return "conda-lock"
    if {"version", "environments"} <= keys:
        return "pixi"
    if keys:
        return None
    if _EXPLICIT.search(text):
        return "explicit"
    if _PYLOCK.search(text):
        return "pylock"
    return "requirements" if _REQUIREMENTS.search(text) else None
