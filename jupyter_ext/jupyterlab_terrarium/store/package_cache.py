"""What lies in the shared layer of the package cache."""

from __future__ import annotations

from .paths import Layout


def cached(layout: Layout) -> set[str]:
    """SHA-256 of every package file that is extracted in the shared layer."""
    try:
        return {entry.name for entry in layout.packages.iterdir() if not entry.name.startswith(".")}
    except FileNotFoundError:
        return set()
