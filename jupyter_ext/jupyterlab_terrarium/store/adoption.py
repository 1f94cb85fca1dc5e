"""Prefixes of another store on a shared file system, used where they are.

A link in ``prefixes/`` leads to the true place: scripts of a prefix hold its path, so it can be
used only under the path that it was made for, and whoever uses it locks it there.
"""

from __future__ import annotations

import os
from pathlib import Path

from ..conda.files import move_to_trash
from ..conda.manifest import read_digest, read_installed
from .flock import try_lock
from .paths import Layout


def adopt(layout: Layout, digest: str, path: Path) -> bool:
    """Use the complete prefix at *path* for this platform digest, if it is one; whether it is.

    It must be readable at the path that it was made for and have all 256 bits of the digest. One
    of our own stays.
    """
    own = layout.prefix(digest)
    if own.is_dir() and not own.is_symlink():
        return False
    if not path.is_absolute() or not is_whole(path, digest) or not os.access(path, os.X_OK):
        return False
    if own.is_symlink() and own.readlink() == path:
        return True
    held = try_lock(layout.lock(digest))
    if held is None:
        return False
    with held:
        if os.path.lexists(own):
            move_to_trash(own, layout.trash)
        own.symlink_to(path, target_is_directory=True)
    return True


def is_whole(path: Path, digest: str) -> bool:
    """Whether the prefix made for *path* is complete there and has this platform digest."""
    if read_digest(path) != digest:
        return False
    installed = read_installed(path)
    return installed is not None and installed.digest == digest and installed.path == str(path)


def drop_broken(layout: Layout, digest: str) -> None:
    """Forget an adopted prefix that cannot be read any more."""
    own = layout.prefix(digest)
    if own.is_symlink() and not is_whole(own.readlink(), digest):
        move_to_trash(own, layout.trash)
