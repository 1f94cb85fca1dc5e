"""Comparing the caches with their seals: packages, byte code, wheels."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ..conda import bytecode, seal
from ..conda.files import move_to_trash, sha256_of
from ..models.verification import AlteredEntry
from .paths import Layout


def verify(layout: Layout) -> tuple[int, list[AlteredEntry]]:
    """How many entries there are, and those that are not what they should be. Reads them all."""
    entries = list(_entries(layout))
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        wrong = pool.map(lambda one: _altered(*one), entries)
        found = [
            AlteredEntry(
                kind=kind,
                name=_name(kind, entry),
                path=(entry / path).relative_to(layout.root).as_posix(),
            )
            for (kind, entry), path in zip(entries, wrong, strict=True)
            if path is not None
        ]
    return len(entries), found


def remove(layout: Layout, altered: list[AlteredEntry]) -> None:
    """Move the *altered* entries out of sight, each by one rename."""
    for one in altered:
        top = Path(*Path(one.path).parts[:2])
        move_to_trash(layout.root / top, layout.trash)


def _entries(layout: Layout) -> Iterator[tuple[str, Path]]:
    places = (
        ("package", layout.packages),
        ("bytecode", layout.bytecode),
        ("wheel", layout.wheels),
    )
    for kind, place in places:
        if place.is_dir():
            for entry in sorted(place.iterdir()):
                if not entry.name.startswith("."):
                    yield kind, entry


def _altered(kind: str, entry: Path) -> str | None:
    """The first path in *entry* that is not right, or ``None``. Gone meanwhile is right, too."""
    try:
        if kind == "package":
            return seal.altered_in(entry)
        if kind == "bytecode":
            return bytecode.altered_in(entry)
        return _altered_wheel(entry)
    except FileNotFoundError:
        return None if not entry.exists() else "."


def _altered_wheel(entry: Path) -> str | None:
    for file in entry.iterdir():
        if sha256_of(file) != entry.name:
            return file.name
    return None


def _name(kind: str, entry: Path) -> str:
    """What people know the entry by."""
    if kind == "bytecode":
        return entry.name
    names = sorted(item.name for item in entry.iterdir()) if entry.is_dir() else []
    return next((name for name in names if name != seal.SEAL), entry.name)
