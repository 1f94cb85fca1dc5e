"""Where the channel maker keeps wheels and converted packages between calls.

Everything in the cache is named by its content or by what it was made from, and is put in place by
one rename: an interrupted call leaves nothing that a later call would take for complete.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .errors import ChannelError

#: Part of every cache key: raise it whenever the same input shall give other bytes.
CONVERTER_VERSION = 4


def cache_root() -> Path:
    """Directory of the cache: ``$JUPYTERLAB_TERRARIUM_CACHE``, else the user's cache directory.

    Follows the XDG base directory specification on Linux and the platform's habit on macOS.
    """
    override = os.environ.get("JUPYTERLAB_TERRARIUM_CACHE")
    if override:
        return Path(override).expanduser().absolute() / "channel-maker"
    if sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "jupyterlab-terrarium" / "channel-maker"


def digest(value: Any) -> str:
    """SHA-256 (hex) of the canonical JSON of *value*."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def file_sha256(path: Path) -> str:
    """SHA-256 (hex) of a file's bytes."""
    sha = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            sha.update(chunk)
    return sha.hexdigest()


def make_directory(path: Path) -> Path:
    """Create *path* and its parents; a refusal of the system becomes a :class:`ChannelError`."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ChannelError(
            f"The directory {path} cannot be created: {error.strerror}.",
            "Name a directory in a place where you may write.",
        ) from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise ChannelError(
            f"The directory {path} is not writable.",
            "Name a directory in a place where you may write.",
        )
    return path


@contextlib.contextmanager
def scratch(parent: Path) -> Iterator[Path]:
    """A temporary directory below *parent* (same file system, so that a rename is atomic)."""
    _sweep(make_directory(parent))
    path = Path(tempfile.mkdtemp(prefix=".tmp-", dir=parent))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _sweep(parent: Path) -> None:
    """Remove what killed calls left behind; a day is longer than any call takes."""
    for path in parent.glob(".tmp-*"):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < time.time() - 86400:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive advisory lock on the file *path* (``flock``; a crash releases it)."""
    # Imported here: Windows has no fcntl, and the rest of this module does not need it.
    import fcntl

    make_directory(path.parent)
    with path.open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def place(source: Path, target: Path) -> None:
    """Put a copy of the file *source* at *target* by one rename.

    A copy, no hard link: who edits a file of a channel must not change the cache.
    """
    with scratch(target.parent) as work:
        shutil.copyfile(source, work / target.name)
        (work / target.name).replace(target)
