"""Small file helpers that the installing half shares. Nothing here follows or edits hard links."""

from __future__ import annotations

import hashlib
import io
import os
import secrets
from pathlib import Path


def move_to_trash(path: Path, trash: Path) -> Path | None:
    """Rename *path* into *trash* so that it is no longer visible; ``None`` if it was not there.

    Deleting is left to others: on ext4 creating files right after deleting thousands is slow.
    """
    trash.mkdir(parents=True, exist_ok=True)
    target = trash / f"{path.name}.{secrets.token_hex(6)}"
    try:
        path.rename(target)
    except FileNotFoundError:
        return None
    return target


def write_atomically(path: Path, data: bytes, mode: int = 0o644, sync: bool = False) -> None:
    """Write a new file and rename it into place.

    The file that was at *path* may be a hard link into a cache: it is replaced, never edited.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            os.fchmod(file.fileno(), mode)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        temporary.rename(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if sync:
        sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Make the names in *directory* durable (POSIX ``fsync`` on the directory)."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(path: str | Path) -> str:
    """SHA-256 of a file's content, 64 hexadecimal digits."""
    digest = hashlib.sha256()
    # Called in loops, with plain strings and for small files: a buffer and a path cost time.
    with io.FileIO(path) as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def break_hard_link(path: Path) -> None:
    """Give *path* its own copy of its content, so that writing to it changes no other file."""
    status = path.lstat()
    if status.st_nlink > 1 and path.is_file() and not path.is_symlink():
        write_atomically(path, path.read_bytes(), mode=status.st_mode & 0o777)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
