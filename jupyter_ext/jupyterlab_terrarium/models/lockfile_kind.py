"""Which kind of lockfile a text is, told by its content: names of files say little."""

from __future__ import annotations

import re
from typing import Literal

#: The last two lock Python packages; those that Terrarium wrote have the conda packages, too.
LockfileKind = Literal["conda-lock", "pixi", "explicit", "pylock", "requirements"]

_KEY = re.compile(r"^(version|metadata|package|packages|environments|dependencies):", re.MULTILINE)
_EXPLICIT = re.compile(r"^[ \t]*@EXPLICIT[ \t]*\r?$", re.MULTILINE)
_PYLOCK = re.compile(r"^lock-version[ \t]*=", re.MULTILINE)
_REQUIREMENTS = re.compile(r"^[^#\n]*[ \t]--hash[= ]sha", re.MULTILINE)
#: Lines of requirements without hashes, which are told apart only to be refused in words.
_PLAIN = re.compile(
    r"\s*(?:[#-].*|[A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?\s*(?P<pin>(?:[=<>~!]=|[<>@;]).*)?)?"
)
_PLAIN_BYTES = 1_000_000
_CARRIED = re.compile(r"^(?:conda = \[|# conda install \S+://)", re.MULTILINE)


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
    return "requirements" if _REQUIREMENTS.search(text) or _is_plain(text) else None


def wants_python(text: str) -> bool:
    """Whether *text* locks Python packages alone, so that the Python for them has to be found."""
    return lockfile_kind(text) in ("pylock", "requirements") and not _CARRIED.search(text)


def _is_plain(text: str) -> bool:
    if len(text) > _PLAIN_BYTES:
        return False
    found = [_PLAIN.fullmatch(line) for line in text.splitlines()]
    return all(found) and any(one is not None and one["pin"] for one in found)
