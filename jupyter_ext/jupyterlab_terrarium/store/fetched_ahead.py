"""Package files that were fetched for a plan on a screen: noted until a build uses them.

A note is a small file, ``ahead/<sha256>``, written before the package file is fetched. Its age
tells how long nobody has wanted it. Without a note, a package file is like any other of the cache.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..conda.files import move_to_trash, write_atomically
from .paths import Layout


@dataclass(frozen=True)
class Note:
    """A package file that nobody has built with yet.

    ``size`` is in bytes, ``age`` in seconds. ``kept``: it was among the files kept for years
    before.
    """

    sha256: str
    size: int
    kept: bool
    age: float


def add(layout: Layout, sha256: str, size: int) -> None:
    """Note that the package file *sha256* of *size* bytes is about to be fetched."""
    told = {"size": size, "kept": layout.blob(sha256).exists()}
    write_atomically(layout.ahead / sha256, json.dumps(told).encode())


def wanted(layout: Layout, files: Iterable[str]) -> None:
    """Somebody looks at a plan with these *files* (SHA-256): the age of their notes begins anew."""
    for sha256 in files:
        with contextlib.suppress(FileNotFoundError):
            os.utime(layout.ahead / sha256)


def used(layout: Layout, files: Iterable[str]) -> None:
    """A build takes these *files* (SHA-256): they are no longer ours to drop."""
    for sha256 in set(files).intersection(_names(layout)):
        (layout.ahead / sha256).unlink(missing_ok=True)


def notes(layout: Layout) -> list[Note]:
    """All that was fetched ahead and not used. A note that cannot be read counts as nothing."""
    found = []
    for sha256 in _names(layout):
        path = layout.ahead / sha256
        try:
            told = json.loads(path.read_bytes())
            age = max(0.0, time.time() - path.stat().st_mtime)
            found.append(Note(sha256, int(told["size"]), bool(told["kept"]), age))
        except FileNotFoundError:
            continue
        except (ValueError, KeyError, TypeError):
            path.unlink(missing_ok=True)
    return found


def unused(layout: Layout, hours: float) -> list[Note]:
    """What no build has used for *hours*."""
    return [note for note in notes(layout) if note.age >= hours * 3600.0]


def paths(layout: Layout, note: Note) -> list[Path]:
    """Where the files that *note* is about may lie; what was kept for years before is not one."""
    found = [layout.packages / note.sha256, layout.wheels / note.sha256]
    return found if note.kept else [*found, layout.blob(note.sha256)]


def drop(layout: Layout, note: Note) -> bool:
    """Put what *note* is about out of sight; ``False`` when a build has taken it meanwhile.

    The note goes last, so that an interrupted program leaves nothing that nobody drops. The caller
    sees to it that no build begins meanwhile.
    """
    path = layout.ahead / note.sha256
    if not path.exists():
        return False
    for file in paths(layout, note):
        move_to_trash(file, layout.trash)
    path.unlink(missing_ok=True)
    return True


def _names(layout: Layout) -> list[str]:
    try:
        # Half written notes begin with a dot.
        with os.scandir(layout.ahead) as entries:
            return [entry.name for entry in entries if not entry.name.startswith(".")]
    except FileNotFoundError:
        return []
