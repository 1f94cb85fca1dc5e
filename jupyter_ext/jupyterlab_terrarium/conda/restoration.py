"""Putting a prefix right, file by file, from a fresh one of the same lock that lies beside it.

Every file appears by one rename: what a running kernel has open or mapped stays as it was, and
whoever opens the path sees the old content or the right one. The fresh prefix has a name of the
same length, so that replacing its path by the true one gives the very bytes that an installation
there would have given, in texts and in programs.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..faults import fault_point
from ..models.build_problem import BuildFailed
from . import manifest
from .files import move_to_trash, sha256_of, write_atomically
from .manifest import InstalledInfo, Manifest, read_installed, read_manifest
from .verification import Expected, compare, expected_files, walk

_SHA256 = re.compile(rb"\b[0-9a-f]{64}\b")


@dataclass
class Restored:
    """Paths that were put back and paths that were moved to the trash."""

    restored: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


def restore(prefix: Path, fresh: Path, trash: Path, store: Path) -> Restored:
    """Make *prefix* what *fresh* is. *store* is the byte-code cache.

    Files of *fresh* are moved away from it. Raises ``OSError``; it may be interrupted anywhere
    and be done again.
    """
    if len(os.fsencode(prefix)) != len(os.fsencode(fresh)):
        raise ValueError("the fresh prefix must have a path of the same length")
    return _Restoration(prefix, fresh, trash, store).run()


class _Restoration:
    def __init__(self, prefix: Path, fresh: Path, trash: Path, store: Path) -> None:
        self.prefix, self.fresh, self.trash, self.store = prefix, fresh, trash, store
        self.manifest: Manifest = read_manifest(fresh)
        installed = read_installed(fresh)
        if installed is None:
            raise BuildFailed("The files that were made for the repair are not complete.")
        self.installed: InstalledInfo = installed
        self.done = Restored()
        self._translated: dict[str, bytes] = {}
        # By the hash of a file in the fresh prefix: that of the same file in the true one.
        self._hashes: dict[bytes, bytes] = {}

    def run(self) -> Restored:
        truth = self._truth()
        expected = expected_files(self.manifest, truth, self.store)
        found = compare(self.prefix, expected)
        for path in found.added:
            move_to_trash(self.prefix / path, self.trash)
            self.done.removed.append(path)
        for path in [*found.missing, *found.changed]:
            self._put(path, expected[path])
            self.done.restored.append(path)
            fault_point("repair.restored")
        self._directories()
        fault_point("repair.records")
        self._records(truth)
        return self.done

    def _truth(self) -> InstalledInfo:
        """What ``installed.json`` of the true prefix has to say.

        A file that is made anew by each installation (it holds a time) keeps the hash on record
        while it still has it.
        """
        types = {row.path: row.type for row in self.manifest.files}
        texts = [path for path in self.installed.differing if types.get(path) == "prefix"]
        others = [path for path in self.installed.differing if types.get(path) != "prefix"]
        differing: dict[str, list[Any]] = {}
        # First what others name by its hash.
        for path in [*texts, *sorted(others, key=_dependence)]:
            sha256, size, mode = self.installed.differing[path]
            new = self._translate(path)
            if new is not None:
                self._hashes[str(sha256).encode()] = _hex(new)
                sha256, size = _hex(new).decode(), len(new)
            differing[path] = [sha256, size, mode]
        recorded = read_installed(self.prefix)
        present = dict(walk(self.prefix))
        for path in others:
            kept = recorded.differing.get(path) if recorded is not None else None
            if kept is None or path not in present or kept[2] != differing[path][2]:
                continue
            mode = present[path].st_mode & 0o7777
            if mode == kept[2] and _hash_of(self.prefix / path) == kept[0]:
                differing[path] = kept
        return replace(self.installed, path=str(self.prefix), differing=differing)

    def _translate(self, path: str) -> bytes | None:
        """The content of *path* for the true prefix; ``None`` for a link."""
        file = self.fresh / path
        if file.is_symlink():
            return None
        content = file.read_bytes().replace(os.fsencode(self.fresh), os.fsencode(self.prefix))
        if path.startswith("conda-meta/"):
            content = _SHA256.sub(lambda one: self._hashes.get(one[0], one[0]), content)
        elif path.endswith(".dist-info/RECORD"):
            content = self._record(path, content)
        self._translated[path] = content
        return content

    def _record(self, path: str, content: bytes) -> bytes:
        """A wheel's RECORD with the hashes of the translated files (PyPA, recording projects)."""
        rows = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
        base = Path(path).parent.parent
        for row in rows:
            if len(row) == 3 and row[1]:
                target = os.path.normpath(base / row[0])
                new = self._translated.get(target)
                if new is not None:
                    digest = base64.urlsafe_b64encode(hashlib.sha256(new).digest())
                    row[1:] = [f"sha256={digest.rstrip(b'=').decode()}", str(len(new))]
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        return text.getvalue().encode("utf-8")

    def _put(self, path: str, expected: Expected) -> None:
        target, source = self.prefix / path, self.fresh / path
        self._make_parents(target)
        if target.is_dir() and not target.is_symlink():
            move_to_trash(target, self.trash)
        content = self._translated.get(path)
        if content is not None:
            mode = source.stat().st_mode & 0o7777
            source.unlink()
            write_atomically(source, content, mode=mode)
        if expected.sha256 and _hash_of(source) != expected.sha256:
            raise BuildFailed(
                f"{path} was changed while the files were being repaired.",
                hint="Another program writes to the store's directory; find it, then repair again.",
            )
        source.replace(target)

    def _make_parents(self, target: Path) -> None:
        """Directories above *target*; whatever else lies at their places goes to the trash."""
        for parent in reversed(target.relative_to(self.prefix).parents[:-1]):
            directory = self.prefix / parent
            if directory.is_symlink() or (directory.exists() and not directory.is_dir()):
                move_to_trash(directory, self.trash)
            directory.mkdir(exist_ok=True)

    def _directories(self) -> None:
        for row in self.manifest.files:
            directory = self.prefix / row.path
            if row.type == "directory" and not directory.is_dir():
                self._make_parents(directory)
                directory.mkdir(exist_ok=True)

    def _records(self, truth: InstalledInfo) -> None:
        own = self.prefix / manifest.DIRECTORY
        fresh = self.fresh / manifest.DIRECTORY / manifest.MANIFEST
        same = own.is_dir() and not own.is_symlink()
        if same and read_installed(self.prefix) == truth:
            with_manifest = own / manifest.MANIFEST
            if with_manifest.is_file() and with_manifest.read_bytes() == fresh.read_bytes():
                return
        manifest.write(self.prefix, self.manifest, truth)
        self.done.restored += [
            f"{manifest.DIRECTORY}/{name}" for name in (manifest.INSTALLED, manifest.MANIFEST)
        ]


def _dependence(path: str) -> int:
    """Files that hold hashes of others come last."""
    return 1 if path.endswith(".dist-info/RECORD") or path.startswith("conda-meta/") else 0


def _hex(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _hash_of(file: Path) -> str:
    return manifest.link_hash(file) if file.is_symlink() else sha256_of(file)
