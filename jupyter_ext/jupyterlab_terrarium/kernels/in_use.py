"""Which prefixes are held by a running kernel, command or build."""

from __future__ import annotations

from pathlib import Path

from ..store.flock import is_locked


def in_use(locks: Path) -> set[str]:
    """Names of the prefixes whose lock somebody holds now."""
    return {entry.name for entry in locks.iterdir() if is_locked(entry)}
