"""What lies in the shared layer of the package cache."""

from __future__ import annotations

import os

from .paths import Layout


def cached(layout: Layout) -> set[str]:
    """SHA-256 of every package file that is extracted in the shared layer."""
    try:
        with os.scandir(layout.packages) as entries:
            return {entry.name for entry in entries if not entry.name.startswith(".")}
    except FileNotFoundError:
        return set()
