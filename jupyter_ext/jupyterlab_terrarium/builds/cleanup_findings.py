"""What clean-up has found: things that may go, each with what removes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ..models.cleanup import CleanupItem
from ..store.unkept import Unkept

Remove = Callable[[], bool]


@dataclass
class Found:
    """One thing that may go: what it is, where it lies, and what removes it.

    ``remove`` says whether it did; it refuses what is in use or wanted again.
    """

    item: CleanupItem
    remove: Remove
    paths: list[Path] = field(default_factory=list)


@dataclass
class Findings:
    """What was found. ``in_use`` would go but is held; ``kept`` counts versions that rules keep.

    ``lasting`` has the SHA-256 of the package files that are to be kept for years; ``unkept`` are
    those of them that their channels do not hand out any more.
    """

    found: list[Found] = field(default_factory=list)
    in_use: list[str] = field(default_factory=list)
    kept: int = 0
    lasting: set[str] = field(default_factory=set)
    unkept: list[Unkept] = field(default_factory=list)
