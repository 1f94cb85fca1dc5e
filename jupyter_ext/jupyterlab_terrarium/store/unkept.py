"""Package files that are to be kept for years and that their channels do not hand out any more.

A note is a small file, ``unkept/<sha256>``, with what the channel said. Its age tells when it was
asked last; the more often in vain, the later it is asked again.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass

from ..conda.files import write_atomically
from .paths import Layout

_DAY_SECONDS = 86_400.0
_MOST_DAYS = 32


@dataclass(frozen=True)
class Unkept:
    """A file that cannot be kept: ``why`` is the channel's answer in words, ``shown`` a version
    that consists of it. ``age`` is in seconds.
    """

    sha256: str
    file_name: str
    shown: str
    why: str
    attempts: int
    age: float

    @property
    def rests(self) -> bool:
        """Whether it is too early to ask again."""
        days = min(1 << (self.attempts - 1), _MOST_DAYS)
        return self.age < days * _DAY_SECONDS


def add(layout: Layout, sha256: str, file_name: str, shown: str, why: str) -> None:
    """The file was asked for in vain, once more."""
    known = get(layout, sha256)
    attempts = 1 if known is None else known.attempts + 1
    told = {"file_name": file_name, "shown": shown, "why": why, "attempts": attempts}
    layout.unkept.mkdir(exist_ok=True)
    write_atomically(layout.unkept / sha256, json.dumps(told).encode())


def get(layout: Layout, sha256: str) -> Unkept | None:
    """The note about one file. One that cannot be read counts as none."""
    path = layout.unkept / sha256
    try:
        told = json.loads(path.read_bytes())
        return Unkept(
            sha256,
            str(told["file_name"]),
            str(told["shown"]),
            str(told["why"]),
            max(1, min(int(told["attempts"]), _MOST_DAYS)),
            max(0.0, time.time() - path.stat().st_mtime),
        )
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        path.unlink(missing_ok=True)
        return None


def forget(layout: Layout, sha256: str) -> None:
    """The file is kept by now."""
    (layout.unkept / sha256).unlink(missing_ok=True)


def notes(layout: Layout) -> list[Unkept]:
    """All files that were asked for in vain and are still not kept, by their names."""
    try:
        with os.scandir(layout.unkept) as entries:
            names = [entry.name for entry in entries if not entry.name.startswith(".")]
    except FileNotFoundError:
        return []
    found = [one for name in names if (one := get(layout, name)) is not None]
    missing = (one for one in found if not layout.blob(one.sha256).exists())
    return sorted(missing, key=lambda one: (one.file_name, one.sha256))
