"""Which kind of lockfile a text is, told by its content: names of files say little."""

from __future__ import annotations

import re
from typing import Literal

from ..models.lock import Lock
from .lockfile_entries import refuse
from .lockfile_text import check_size

Kind = Literal["conda-lock", "pixi", "explicit", "pylock", "requirements"]

_KEY = re.compile(r"^(version|metadata|package|packages|environments):", re.MULTILINE)
_EXPLICIT = re.compile(r"^[ \t]*@EXPLICIT[ \t]*\r?$", re.MULTILINE)
_PYLOCK = re.compile(r"^lock-version\s*=", re.MULTILINE)
_REQUIREMENTS = re.compile(r"^[^#\n]*[ \t]--hash[= ]sha", re.MULTILINE)


def kind_of(text: str) -> Kind | None:
    """The kind of lockfile that *text* looks like; ``None`` for none of them."""
    keys = set(_KEY.findall(text))
    if {"metadata", "package"} <= keys:
        return "conda-lock"
    if {"version", "environments"} <= keys:
        return "pixi"
    if _EXPLICIT.search(text):
        return "explicit"
    if _PYLOCK.search(text):
        return "pylock"
    if not keys and _REQUIREMENTS.search(text) and "dependencies:" not in text:
        return "requirements"
    return None


def read_lockfile(text: str) -> Lock:
    """The lock that *text* holds, whatever its kind; a list of explicit files apart.

    That needs what the channels' indexes say: see :mod:`.explicit_list`. Raises
    :class:`InvalidLock`.
    """
    check_size(text)
    kind = kind_of(text)
    if kind == "pixi":
        from .pixi_lock import read_pixi_lock

        return read_pixi_lock(text)
    if kind in ("pylock", "requirements"):
        refuse(
            "This locks Python packages only: it names no Python, so it is no environment.",
            "Write a specification with `python` and list the packages, without their hashes, "
            "under `pip:`.",
        )
    from .lockfile import read_conda_lock

    return read_conda_lock(text)
