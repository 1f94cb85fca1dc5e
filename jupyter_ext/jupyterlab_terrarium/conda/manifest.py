"""The two files that make a prefix complete: ``manifest.json`` and ``installed.json``.

``.terrarium/manifest.json`` says what the prefix *is*: every file with the SHA-256 of its original
content, that is before any prefix was written into it. It holds no path of this machine, no URL
and no time, and is byte-identical wherever the same lock is built. It is written last, by rename:
a prefix is complete if and only if its manifest is there.

``.terrarium/installed.json`` says what this copy of it is: where it lies, and for files whose
content differs from the original (prefix written in, generated here) the hash as installed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from ..faults import fault_point
from ..models.build_problem import BuildFailed
from .files import sha256_of, write_atomically

FORMAT = 1
DIRECTORY = ".terrarium"
MANIFEST = "manifest.json"
INSTALLED = "installed.json"
_HEADER_BYTES = 512
_FILES_KEY = ',"files":['


class ManifestFile(NamedTuple):
    """One file. ``sha256`` is empty where the content depends on this prefix or on the time.

    ``type`` is `file`, `prefix` (the original holds a placeholder for the prefix), `link`
    (``sha256`` is that of the target's text), `directory`, `generated` (made while installing),
    `terrarium` (ours, the same everywhere).
    """

    path: str
    sha256: str
    package: str | None
    type: str


@dataclass(frozen=True)
class Manifest:
    """What a prefix is; ``digest`` is the platform digest, 64 hexadecimal digits."""

    platform: str
    digest: str
    files: list[ManifestFile]


@dataclass(frozen=True)
class InstalledInfo:
    """What this copy of a prefix is. ``size`` is in bytes, hard-linked files counted in full.

    ``differing`` maps paths to ``[sha256 as installed, size, mode]``; ``bytecode`` names the
    entries of the byte-code cache that were linked; ``kernels`` the kernelspecs found.
    """

    digest: str
    platform: str
    path: str
    size: int = 0
    files: int = 0
    kernels: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    bytecode: list[str] = field(default_factory=list)
    differing: dict[str, list[Any]] = field(default_factory=dict)
    format: int = FORMAT


@dataclass
class FileList:
    """Collects the files of a prefix while it is being made."""

    files: dict[str, ManifestFile] = field(default_factory=dict)
    differing: dict[str, list[Any]] = field(default_factory=dict)
    size: int = 0

    def add_conda(
        self,
        prefix: Path,
        records: Iterable[Mapping[str, Any]],
        overrides: Mapping[str, Mapping[str, str]],
    ) -> None:
        """Add what py-rattler recorded in ``conda-meta``.

        *overrides* has true hashes by package name and path, for packages with a wrong
        ``paths.json``.
        """
        for record in records:
            name = str(record["name"])
            corrected = overrides.get(name, {})
            for path in record["paths_data"]["paths"]:
                self._add_path(prefix, name, path, corrected)

    def _add_path(
        self, prefix: Path, package: str, entry: Mapping[str, Any], corrected: Mapping[str, str]
    ) -> None:
        path = entry["_path"]
        kind = entry["path_type"]
        original = corrected.get(path) or entry.get("sha256", "")
        self.size += entry.get("size_in_bytes", 0)
        if kind == "hardlink":
            if entry.get("prefix_placeholder"):
                file = ManifestFile(path, original, package, "prefix")
                # On macOS binaries are signed again after the prefix was written into them.
                known = None if sys.platform == "darwin" else entry.get("sha256_in_prefix")
                self.note_difference(prefix, path, known)
            else:
                file = ManifestFile(path, original, package, "file")
        elif kind == "softlink":
            file = ManifestFile(path, link_hash(prefix / path), package, "link")
        elif kind == "directory":
            file = ManifestFile(path, "", package, "directory")
        else:
            file = ManifestFile(path, "", package, "generated")
            self.note_difference(prefix, path)
        rival = self.files.get(path)
        if rival is None or _wins(prefix, file, rival):
            self.files[path] = file

    def add_generated(self, prefix: Path, paths: Iterable[str], package: str | None = None) -> None:
        """Add files that were made while installing and hold this prefix, a path or a time."""
        for path in paths:
            self.files[path] = ManifestFile(path, "", package, "generated")
            self.size += self.note_difference(prefix, path)

    def add_file(self, path: str, original: str, package: str | None, kind: str, size: int) -> None:
        """Add one file with the hash of its original content and its size in bytes."""
        self.files[path] = ManifestFile(path, original, package, kind)
        self.size += size

    def note_difference(self, prefix: Path, path: str, known: str | None = None) -> int:
        """Record how *path* is here; gives its size in bytes. *known* saves reading it."""
        file = prefix / path
        status = file.lstat()
        found = known or (link_hash(file) if file.is_symlink() else sha256_of(file))
        self.differing[path] = [found, status.st_size, status.st_mode & 0o7777]
        return status.st_size


def link_hash(path: Path) -> str:
    """SHA-256 of the text that a symbolic link holds."""
    return sha256(str(path.readlink()).encode()).hexdigest()


def _wins(prefix: Path, file: ManifestFile, rival: ManifestFile) -> bool:
    """Whether *file* and not *rival* lies at a path that two packages claim."""
    if file.type != "file" or rival.type != "file":
        return rival.type != "file"
    return file.sha256 != rival.sha256 and sha256_of(prefix / file.path) == file.sha256


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as written: one JSON document, digest first, files sorted by path."""
    header = json.dumps(
        {"format": FORMAT, "platform": manifest.platform, "digest": manifest.digest},
        separators=(",", ":"),
    )
    rows = json.dumps(sorted(manifest.files), separators=(",", ":"), ensure_ascii=False)
    # One file a line: two manifests can be compared with diff.
    rows = rows.replace("],[", "],\n[")
    return f"{header[:-1]}{_FILES_KEY}\n{rows[1:-1]}\n]}}\n".encode()


def write(prefix: Path, manifest: Manifest, installed: InstalledInfo) -> None:
    """Write both files, the manifest last. From then on the prefix is complete.

    Raises :class:`BuildFailed` when something has redirected the directory.
    """
    directory = prefix / DIRECTORY
    if directory.is_symlink():
        raise BuildFailed(
            f"{DIRECTORY} in the prefix is a symbolic link: something in it redirects what is "
            "written there.",
            hint="A package or its post-link script did that: do not use it.",
        )
    directory.mkdir(exist_ok=True)
    document = json.dumps(asdict(installed), sort_keys=True, indent=1, ensure_ascii=False)
    write_atomically(directory / INSTALLED, document.encode() + b"\n", sync=True)
    fault_point("manifest.installed")
    write_atomically(directory / MANIFEST, manifest_bytes(manifest), sync=True)


def read_manifest(prefix: Path) -> Manifest:
    """The manifest of *prefix*. Raises ``FileNotFoundError`` when the prefix is not complete."""
    document = json.loads((prefix / DIRECTORY / MANIFEST).read_bytes())
    files = [ManifestFile(*row) for row in document["files"]]
    return Manifest(document["platform"], document["digest"], files)


def read_digest(prefix: Path) -> str | None:
    """The digest in the manifest of *prefix*, without reading all of it; ``None`` without one."""
    try:
        with (prefix / DIRECTORY / MANIFEST).open("rb") as file:
            head = file.read(_HEADER_BYTES).decode("utf-8", "replace")
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        digest = json.loads(head.split(_FILES_KEY, 1)[0] + "}").get("digest")
    except ValueError:
        return None
    return digest if isinstance(digest, str) else None


def read_installed(prefix: Path) -> InstalledInfo | None:
    """``installed.json`` of *prefix*, or ``None`` when it is missing or of another format."""
    try:
        document = json.loads((prefix / DIRECTORY / INSTALLED).read_bytes())
        if document.pop("format") != FORMAT:
            return None
        return InstalledInfo(**document)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def find_kernels(prefix: Path) -> list[str]:
    """Names of the kernelspecs in ``share/jupyter/kernels`` of *prefix*, sorted."""
    kernels = prefix / "share/jupyter/kernels"
    return sorted(path.parent.name for path in kernels.glob("*/kernel.json"))
