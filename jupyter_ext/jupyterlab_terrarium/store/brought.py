"""Package files that somebody brought in a bundle: no channel need have them.

Each has an empty note, ``brought/<sha256>``. They stay as long as a version consists of them,
whatever the store keeps otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable

from .paths import Layout


def add(layout: Layout, files: Iterable[str]) -> None:
    """Note that these *files* (SHA-256) were brought."""
    layout.brought.mkdir(exist_ok=True)
    for sha256 in files:
        (layout.brought / sha256).touch()


def files(layout: Layout) -> set[str]:
    """SHA-256 of all files that were brought."""
    try:
        return {path.name for path in layout.brought.iterdir()}
    except FileNotFoundError:
        return set()


def forget(layout: Layout, sha256: str) -> None:
    """The file is gone."""
    (layout.brought / sha256).unlink(missing_ok=True)
