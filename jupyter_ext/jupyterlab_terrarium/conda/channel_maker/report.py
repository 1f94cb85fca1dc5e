"""What a call of the channel maker reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class PackageFile:
    """One package of the channel: file name, subdir, size in bytes, SHA-256 (hex)."""

    file_name: str
    subdir: str
    size: int
    sha256: str


@dataclass
class ChannelReport:
    """What a call of ``create_channel`` did.

    Attributes
    ----------
    directory:
        The channel.
    packages:
        Every package file of this call, sorted by subdir and name.
    seconds:
        Wall-clock time.
    warnings:
        Sentences for the user.
    unchanged:
        True when everything was there already and nothing was written.
    """

    directory: Path
    packages: list[PackageFile] = field(default_factory=list)
    seconds: float = 0.0
    warnings: list[str] = field(default_factory=list)
    unchanged: bool = False


@dataclass(frozen=True)
class Made:
    """A package file in the cache, its ``index.json``, and whether it was there before."""

    path: Path
    index: dict[str, Any]
    cached: bool
