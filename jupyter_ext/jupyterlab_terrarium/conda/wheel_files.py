"""Where the files of a wheel go, and whether what was installed is what it holds (PEP 427)."""

from __future__ import annotations

import configparser
import hashlib
import zipfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from .entry_points import commands
from .files import sha256_of
from .runner import PythonInfo

_LIBRARIES = ("purelib", "platlib")
_GENERATED = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json")


@dataclass
class WheelFiles:
    """``members`` maps paths in the prefix to names in the wheel, ``hashes`` to their SHA-256.

    ``scripts`` are files of the wheel for ``bin``, by name, with their content; ``commands`` are
    those that the installer generates from ``entry_points.txt``.
    """

    members: dict[str, str] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    scripts: dict[str, bytes] = field(default_factory=dict)
    commands: set[str] = field(default_factory=set)

    def is_installed(self, prefix: Path, path: str) -> bool:
        """Whether *path* in *prefix* has the wheel's content or may be made by the installer."""
        file = prefix / path
        directory, _, name = path.rpartition("/")
        if directory in ("bin", "Scripts"):
            content = file.read_bytes()
            if name in self.scripts:
                return _same_script(content, self.scripts[name])
            stem = name.removesuffix(".exe")
            return stem in self.commands and (content[:2] == b"#!" or content[:2] == b"MZ")
        if path in self.hashes:
            return sha256_of(file) == self.hashes[path]
        return directory.endswith(".dist-info") and name in _GENERATED


@cache
def read_wheel(wheel: Path, python: PythonInfo) -> WheelFiles:
    """What *wheel* (whose own SHA-256 was compared with the lock) puts into a prefix.

    Read once: what a program of the prefix makes of the file afterwards does not count.
    """
    found = WheelFiles()
    with zipfile.ZipFile(wheel) as archive:
        for info in archive.infolist():
            parts = info.filename.split("/")
            if info.is_dir() or ".." in parts or "" in parts:
                continue
            content = archive.read(info)
            if len(parts) == 2 and parts[1] == "entry_points.txt" and _is_info(parts[0]):
                found.commands |= _commands(content)
            target = _target(parts, python)
            if target is None and len(parts) == 3 and parts[1] == "scripts":
                found.scripts[parts[2]] = content
            elif target is not None:
                found.members[target] = info.filename
                found.hashes[target] = hashlib.sha256(content).hexdigest()
    # RECORD is written anew by every installer.
    for path in [path for path in found.hashes if path.endswith(".dist-info/RECORD")]:
        del found.hashes[path]
    return found


def _is_info(directory: str) -> bool:
    return directory.endswith(".dist-info")


def _target(parts: list[str], python: PythonInfo) -> str | None:
    if not parts[0].endswith(".data"):
        return "/".join([python.site_packages, *parts])
    if len(parts) > 2 and parts[1] in _LIBRARIES:
        return "/".join([python.site_packages, *parts[2:]])
    if len(parts) > 2 and parts[1] == "data":
        return "/".join(parts[2:])
    if len(parts) > 2 and parts[1] == "headers":
        project = parts[0].split("-", 1)[0]
        return "/".join(["include", "site", f"python{python.version}", project, *parts[2:]])
    return None


def _same_script(installed: bytes, original: bytes) -> bool:
    """Equal, or equal after a first line that names Python (which installers fill in)."""
    if not original.startswith(b"#!python"):
        return installed == original
    rest = original.partition(b"\n")[2]
    # For long paths the first line becomes three, which run /bin/sh (as pip's distlib does).
    head = installed[: len(installed) - len(rest)]
    return installed.startswith(b"#!") and installed.endswith(rest) and head.count(b"\n") <= 3


def _commands(content: bytes) -> set[str]:
    try:
        return set(commands(content.decode("utf-8", "replace")))
    except configparser.Error:
        return set()
