"""What removing directories really gives back to the disk: hard links are counted once."""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_BLOCK = 512


@dataclass
class Space:
    """Counts files by inode. Sizes are what the disk has allocated, in bytes."""

    # By (device, inode): size, links in all, links by what they would be removed with.
    _files: dict[tuple[int, int], tuple[int, int, dict[str, int]]] = field(default_factory=dict)

    def add(self, key: str, paths: Iterable[Path]) -> None:
        """Everything at and below *paths* would be removed as part of *key*."""
        for path in paths:
            for status in _statuses(path):
                inode = (status.st_dev, status.st_ino)
                size = status.st_blocks * _BLOCK
                _, _, by_key = self._files.setdefault(inode, (size, status.st_nlink, {}))
                by_key[key] = by_key.get(key, 0) + 1

    def total(self) -> int:
        """Bytes that removing everything gives back."""
        return sum(
            size for size, links, by_key in self._files.values() if sum(by_key.values()) >= links
        )

    def alone(self) -> Mapping[str, int]:
        """Bytes that removing one *key* alone gives back, by key."""
        found: dict[str, int] = defaultdict(int)
        for size, links, by_key in self._files.values():
            for key, count in by_key.items():
                if count >= links:
                    found[key] += size
        return found


def _statuses(path: Path) -> Iterable[os.stat_result]:
    try:
        status = path.lstat()
    except OSError:
        return
    if not stat.S_ISDIR(status.st_mode):
        yield status
        return
    pending = [str(path)]
    while pending:
        try:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                    else:
                        yield entry.stat(follow_symlinks=False)
        except OSError:
            # Somebody else removes it, which is what was meant to happen.
            continue
