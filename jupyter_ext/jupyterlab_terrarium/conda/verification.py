"""Comparing a prefix with its two records: what was changed, is missing, was added.

``manifest.json`` names every file with the hash of its original content, ``installed.json`` the
hash as installed where that differs, the indexes of the byte-code cache what was linked from there.
"""

from __future__ import annotations

import os
import stat
import struct
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from . import bytecode
from .files import sha256_of
from .manifest import (
    DIRECTORY,
    INSTALLED,
    MANIFEST,
    InstalledInfo,
    Manifest,
    link_hash,
    read_installed,
    read_manifest,
)

OWN = (f"{DIRECTORY}/{INSTALLED}", f"{DIRECTORY}/{MANIFEST}")
_PYC_HEADER = struct.Struct("<4sIII")


@dataclass(frozen=True)
class Expected:
    """SHA-256 of a file's content (empty: any) or of a link's target; the mode where known."""

    sha256: str
    link: bool = False
    mode: int | None = None


@dataclass
class Differences:
    """Paths relative to the prefix. ``bytecode`` is what Python wrote beside unchanged sources."""

    files: int = 0
    changed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    bytecode: list[str] = field(default_factory=list)

    @property
    def any(self) -> bool:
        """Whether anything differs."""
        return bool(self.changed or self.missing or self.added)


def verify_prefix(prefix: Path, digest: str, store: Path) -> Differences:
    """Compare every file of *prefix*, whose platform digest is *digest*.

    *store* is the byte-code cache. Without its records nothing else can be told of a prefix: then
    only they are named. Raises ``OSError`` for files that cannot be read.
    """
    try:
        manifest = read_manifest(prefix)
    except (FileNotFoundError, NotADirectoryError):
        return Differences(missing=[OWN[1]])
    except (ValueError, KeyError, TypeError):
        return Differences(changed=[OWN[1]])
    installed = read_installed(prefix)
    if installed is None:
        there = (prefix / OWN[0]).exists()
        return Differences(changed=[OWN[0]]) if there else Differences(missing=[OWN[0]])
    found = compare(prefix, expected_files(manifest, installed, store))
    if manifest.digest != digest:
        found.changed.append(OWN[1])
    if installed.digest != digest or installed.path != str(prefix):
        found.changed.append(OWN[0])
    return found


def expected_files(
    manifest: Manifest, installed: InstalledInfo, store: Path
) -> dict[str, Expected]:
    """Every file that the records name, by path; directories are not among them."""
    files: dict[str, Expected] = {}
    for row in manifest.files:
        if row.type == "directory":
            continue
        here = installed.differing.get(row.path)
        if here is None:
            files[row.path] = Expected(row.sha256, row.type == "link")
        else:
            files[row.path] = Expected(str(here[0]), mode=int(here[2]))
    for path, sha256 in _linked_bytecode(installed, store).items():
        files.setdefault(path, Expected(sha256))
    return files


def _linked_bytecode(installed: InstalledInfo, store: Path) -> dict[str, str]:
    """SHA-256 of byte code by path; paths that two packages claim were not linked."""
    found: dict[str, str] = {}
    claims: Counter[str] = Counter()
    for key in installed.bytecode:
        index = bytecode.read_index(store, key)
        if index is None:
            continue
        claims.update(index.keys())
        found.update({path: sha256 for path, (_, sha256) in index.items()})
    return {path: sha256 for path, sha256 in found.items() if claims[path] == 1}


def compare(prefix: Path, expected: Mapping[str, Expected]) -> Differences:
    """What lies in *prefix* against what is *expected* there. Reads all files, on all cores."""
    present = dict(walk(prefix))
    found = Differences(files=len(expected))
    found.missing = sorted(path for path in expected if path not in present)

    def differs(path: str) -> bool:
        return not matches(prefix, path, expected[path], present[path])

    common = sorted(path for path in expected if path in present)
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        different = list(pool.map(differs, common, chunksize=64))
    found.changed = [path for path, is_so in zip(common, different, strict=True) if is_so]
    wrong = {*found.changed, *found.missing}
    for path in sorted(path for path in present if path not in expected and path not in OWN):
        source = _source_of(path)
        if source in expected and source not in wrong and _is_pythons(prefix, path, source):
            found.bytecode.append(path)
        else:
            found.added.append(path)
    return found


def matches(prefix: Path, path: str, expected: Expected, entry: os.stat_result) -> bool:
    """Whether the file at *path*, with the status *entry*, is what is *expected*."""
    file = f"{prefix}/{path}"
    if stat.S_ISLNK(entry.st_mode):
        # Programs may have generated links too: their hash is of the target, whatever the type.
        return link_hash(Path(file)) == expected.sha256
    if expected.link or not stat.S_ISREG(entry.st_mode):
        return False
    if expected.mode is not None and entry.st_mode & 0o7777 != expected.mode:
        return False
    return not expected.sha256 or sha256_of(file) == expected.sha256


def walk(prefix: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Everything below *prefix* but directories, by relative path; no link is followed."""
    pending = [""]
    while pending:
        directory = pending.pop()
        with os.scandir(f"{prefix}/{directory}") as entries:
            for entry in entries:
                path = f"{directory}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    pending.append(f"{path}/")
                else:
                    yield path, entry.stat(follow_symlinks=False)


def _source_of(path: str) -> str:
    """The source whose cache *path* would be (PEP 3147), or an empty text."""
    directory, _, name = path.rpartition("/")
    if not name.endswith(".pyc") or not directory.endswith("__pycache__"):
        return ""
    return f"{directory.removesuffix('__pycache__')}{name.split('.', 1)[0]}.py"


def _is_pythons(prefix: Path, path: str, source: str) -> bool:
    """Whether Python itself wrote the cache *path*: its header names the source (PEP 552)."""
    try:
        with (prefix / path).open("rb") as file:
            _, flags, moment, size = _PYC_HEADER.unpack(file.read(_PYC_HEADER.size))
        status = (prefix / source).stat()
    except (OSError, struct.error):
        return False
    found: tuple[int, int, int] = (flags, moment, size)
    return found == (0, int(status.st_mtime) & 0xFFFFFFFF, status.st_size & 0xFFFFFFFF)
