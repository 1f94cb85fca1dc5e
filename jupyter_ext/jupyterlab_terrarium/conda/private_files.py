"""Which package files came from channels that are not everybody's.

Each has a note, named by its SHA-256, with the channels that have handed it out: nobody else may
use what lies in the caches, whatever a lock says about where it is from. A file goes without a note
once an address that needs no login has handed out the same bytes.
"""

from __future__ import annotations

import contextlib
import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from .files import write_atomically

_PORTS = {"http": 80, "https": 443}


def channel_of(url: str, channels: Iterable[str]) -> str | None:
    """That of *channels* which *url* lies in, however it is spelt; the longest of several."""
    wanted = _plain(url) + "/"
    found = [one for one in channels if wanted.startswith(_plain(one).rstrip("/") + "/")]
    return max(found, key=len, default=None)


def _plain(url: str) -> str:
    """Scheme-less host and path, as a server understands them: a login counts for both schemes."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    with contextlib.suppress(ValueError):
        if parts.port not in (None, _PORTS.get(parts.scheme)):
            host = f"{host}:{parts.port}"
    path = posixpath.normpath("/" + unquote(unquote(parts.path)).replace("\\", "/").lstrip("/"))
    return host + path


@dataclass(frozen=True)
class PrivateFiles:
    """The notes in *directory*; *channels* are the URLs of those that are not everybody's."""

    directory: Path
    channels: tuple[str, ...] = ()

    def noted(self) -> set[str]:
        """SHA-256 of all files with a note."""
        try:
            return {path.name for path in self.directory.iterdir()}
        except FileNotFoundError:
            return set()

    def channels_of(self, sha256: str) -> list[str]:
        """The channels that have handed this file out; none when it is everybody's."""
        try:
            return (self.directory / sha256).read_text("utf-8").splitlines()
        except FileNotFoundError:
            return []

    def came_from(self, sha256: str, url: str) -> None:
        """Note that *url* has just handed out this file, if it is not everybody's."""
        channel = channel_of(url, self.channels)
        known = self.channels_of(sha256)
        if channel is None or channel in known:
            return
        self.directory.mkdir(mode=0o700, exist_ok=True)
        content = "".join(f"{line}\n" for line in [*known, channel])
        write_atomically(self.directory / sha256, content.encode())

    def is_proven(self, sha256: str, url: str) -> None:
        """*url* has just handed out this file to whom it may: it is theirs, or everybody's."""
        if channel_of(url, self.channels) is None:
            (self.directory / sha256).unlink(missing_ok=True)
        else:
            self.came_from(sha256, url)
