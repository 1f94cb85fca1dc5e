"""Parts that artifacts have in common, like layers of images, kept for the next artifact."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

_KEY = re.compile(r"[a-z0-9][a-z0-9.-]{0,120}")


@dataclass(frozen=True)
class PartDirectory:
    """A directory in which each part is a file. Clean-up goes by when one was last used."""

    path: Path

    def get(self, key: str) -> Path | None:
        """The file of a part, not to be changed; ``None`` when there is none."""
        file = self._file(key)
        try:
            os.utime(file)
        except FileNotFoundError:
            return None
        return file

    def put(self, key: str, path: Path) -> None:
        """Keep the file at *path*, by a hard link where possible. Raises ``OSError``."""
        file = self._file(key)
        aside = self.path / f".{secrets.token_hex(8)}"
        self.path.mkdir(exist_ok=True)
        try:
            with contextlib.suppress(OSError):
                os.link(path, aside)
            if not aside.exists():
                # Another device, or a file system without links.
                shutil.copyfile(path, aside)
            aside.replace(file)
        finally:
            aside.unlink(missing_ok=True)

    def _file(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} is no name for a part")
        return self.path / key
