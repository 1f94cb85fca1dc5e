"""What lies in the shared layer of the package cache."""

from __future__ import annotations

from .paths import Layout


def cached(layout: Layout) -> set[str]:
    """``name-version-build`` of every package that is extracted in the shared layer."""
    try:
        return {entry.name for entry in layout.packages.iterdir() if not entry.name.startswith(".")}
    except FileNotFoundError:
        return set()
