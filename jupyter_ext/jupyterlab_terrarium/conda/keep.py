"""*Keep what works*: which package files of an earlier lock the solvers are to prefer.

The solvers take them as a preference, never as a demand: what no longer fits moves, what nothing
needs any more goes.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence

from ..models.lock import CondaPackage, PipPackage
from ..models.specification import PipRequirement
from .name_map import normalize


def requests(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What is asked for by name, as a lock remembers it, from (name, requirement) pairs."""
    texts: dict[str, list[str]] = {}
    for name, text in pairs:
        texts.setdefault(name, []).append(text)
    return {name: ", ".join(found) for name, found in texts.items()}


def kept_conda(
    locked: Sequence[CondaPackage],
    asked: Mapping[str, str],
    channels: Iterable[str],
    exclude_newer: datetime.datetime | None = None,
) -> list[CondaPackage]:
    """The packages of *locked* that are preferred.

    Not those whose line was changed (*asked*: requests by name): a new line is a new question, and
    the newest package that it permits is the answer. Nor those of a channel that is not among
    *channels* any more, nor those published after *exclude_newer*: they may not be taken.
    """
    known = set(channels)
    latest = None if exclude_newer is None else exclude_newer.timestamp() * 1000
    return [
        one
        for one in locked
        if not _changed(one.requested, asked.get(one.name, ""))
        and one.channel in known
        and (latest is None or one.timestamp <= latest)
    ]


def kept_pip(locked: Sequence[PipPackage], wanted: Sequence[PipRequirement]) -> list[PipPackage]:
    """The wheels of *locked* that are preferred: not those whose line was changed."""
    asked = {one.name: one.requirement for one in wanted if one.name}
    return [
        one for one in locked if not _changed(one.requested, asked.get(normalize(one.name), ""))
    ]


def _changed(before: str, after: str) -> bool:
    """Whether a line was there before and says something else now.

    A line that is new, or gone, asks for nothing else of a package that is there anyway.
    """
    return bool(before) and bool(after) and before != after


def as_pylock(pins: Sequence[PipPackage]) -> str:
    """*pins* as the earlier answer (PEP 751) that uv keeps to where it still holds."""
    lines = ['lock-version = "1.0"', 'created-by = "terrarium"']
    for pin in pins:
        # A JSON string of printable ASCII is a TOML string as well.
        name, version = json.dumps(pin.name), json.dumps(pin.version)
        lines += ["", "[[packages]]", f"name = {name}", f"version = {version}"]
    return "\n".join(lines) + "\n"
