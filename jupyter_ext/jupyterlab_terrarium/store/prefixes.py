"""Prefixes on disk: whether one is complete, and getting what is not out of sight."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from ..conda.files import move_to_trash
from ..conda.manifest import InstalledInfo, read_digest, read_installed
from ..faults import fault_point
from .paths import Layout

__all__ = ["InstalledInfo", "discard_prefix", "empty_trash", "is_complete"]


def is_complete(layout: Layout, digest: str) -> InstalledInfo | None:
    """What is installed under this platform digest (64 hexadecimal digits), or ``None``.

    Complete means: the manifest is there, all 256 bits of its digest are equal, and the prefix
    was made for the path at which it is seen (scripts in it hold that path). One that was adopted
    (:mod:`.adoption`) is seen where its link leads.
    """
    prefix = layout.prefix(digest)
    if prefix.is_symlink():
        prefix = prefix.readlink()
    if read_digest(prefix) != digest:
        return None
    installed = read_installed(prefix)
    if installed is None or installed.digest != digest or installed.path != str(prefix):
        return None
    return installed


def discard_prefix(layout: Layout, digest: str) -> bool:
    """Move the prefix of *digest*, complete or not, to the trash by one rename.

    The caller holds the exclusive lock. ``False`` if there was none.
    """
    layout.verification(digest).unlink(missing_ok=True)
    return move_to_trash(layout.prefix(digest), layout.trash) is not None


def empty_trash(layout: Layout, max_seconds: float = 5.0) -> int:
    """Delete what lies in the trash until *max_seconds* have passed; gives how much is left.

    Call it away from builds: deleting thousands of files slows down creating others nearby.
    """
    end = time.monotonic() + max_seconds
    left = 0
    entries = list(layout.trash.iterdir()) if layout.trash.is_dir() else []
    for entry in entries:
        if time.monotonic() > end:
            left += 1
        else:
            _delete(entry)
            fault_point("trash.emptying")
    return left


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
