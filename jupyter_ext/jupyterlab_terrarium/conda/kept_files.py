"""Package files that are kept for the years to come, each stored once under its SHA-256.

A channel drops old files, an index yanks them: what a version that stays was made of is kept, as
it was fetched and verified, and a build takes it from here.
"""

from __future__ import annotations

import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from ..faults import fault_point
from .files import move_to_trash, sha256_of


def blob_path(blobs: Path, sha256: str) -> Path:
    """Where the content with this SHA-256 lies: the same key as in an object store."""
    return blobs / "sha256" / sha256[:2] / sha256


@dataclass(frozen=True)
class KeptFiles:
    """The files below *blobs*. Without *keep* they are used but nothing is added."""

    blobs: Path
    trash: Path
    keep: bool

    def find(self, sha256: str) -> Path | None:
        """The file with this SHA-256. One that was altered goes to the trash."""
        path = blob_path(self.blobs, sha256)
        if not path.is_file():
            return None
        if sha256_of(path) == sha256:
            return path
        move_to_trash(path, self.trash)
        return None

    def add(self, file: Path, sha256: str) -> None:
        """Keep the verified *file* as well, by a hard link where possible. Raises ``OSError``."""
        target = blob_path(self.blobs, sha256)
        if not self.keep or target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{sha256}.{secrets.token_hex(4)}")
        try:
            os.link(file, temporary)
        except OSError:
            # Another device, or a file system without links.
            shutil.copyfile(file, temporary)
        fault_point("fetch.kept")
        temporary.replace(target)
