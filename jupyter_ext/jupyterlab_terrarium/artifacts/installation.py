"""What lies in a complete prefix, by package, and what was recorded of it when it was made.

Whatever is read from the prefix is compared with that record: a prefix is not changed after it was
made, and where somebody has changed it all the same, no form says that it is what it is not.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from ..conda import manifest
from ..conda.manifest import ManifestFile
from ..conda.seal import entry_name
from .form import Subject
from .problem import FormImpossible, altered
from .records import wheel_paths


class Installation:
    """The files of *subject* for *platform* in *prefix*.

    ``files`` are by package, ``None``: those of none, sorted by path; ``owners`` has the package by
    path; ``differing`` the hash, size and mode of files that are not as their package has them.
    ``removed`` are files that a post-link script has removed. ``packages`` has the conda package by
    the path of its record.
    """

    def __init__(self, subject: Subject, platform: str, prefix: Path) -> None:
        """Raises :class:`FormImpossible` where the prefix is not complete, :class:`NotFound`."""
        self.prefix = prefix
        self.manifest = manifest.read_manifest(prefix)
        installed = manifest.read_installed(prefix)
        if installed is None or self.manifest.digest != subject.digest(platform):
            raise FormImpossible(
                "The files of this version are not complete on this server.",
                "Build it again, then try again.",
            )
        self.installed = installed
        self.differing = installed.differing
        conda = subject.part(platform).conda
        self.packages = {f"conda-meta/{entry_name(package)}.json": package for package in conda}
        self.owners: dict[str, str | None] = {}
        self.files: dict[str | None, list[ManifestFile]] = {None: []}
        for file in self.manifest.files:
            owner = None if file.path in self.packages else file.package
            self.owners[file.path] = owner
            self.files.setdefault(owner, []).append(file)
        self.removed = {path for path, row in self.differing.items() if row[0] == ""}

    @cached_property
    def records(self) -> dict[str, dict[str, Any]]:
        """The records of ``conda-meta``, by path."""
        return {path: json.loads(self.read(path)) for path in self.packages}

    @cached_property
    def rivals(self) -> set[str]:
        """Names of packages that claim a path at which the file of another one lies, and those."""
        found: set[str] = set()
        for name, paths in self._claims():
            others = {owner for path in paths if (owner := self.owners.get(path, name)) != name}
            if others:
                found |= {name, *(other for other in others if other is not None)}
        return found

    def _claims(self) -> Iterator[tuple[str, Iterable[str]]]:
        """Each package and the paths that are recorded of it."""
        for path, package in self.packages.items():
            yield package.name, (row["_path"] for row in self.records[path]["paths_data"]["paths"])
        for name, files in self.files.items():
            for file in files:
                if name is not None and file.path.endswith(".dist-info/RECORD"):
                    base = file.path.rpartition("/")[0].rpartition("/")[0]
                    yield name, wheel_paths(self.read(file.path, file.sha256), base)

    def read(self, path: str, known: str = "") -> bytes:
        """The content of a file; *known* is its SHA-256 where none is recorded as installed.

        Raises :class:`FormImpossible` where it is another one, ``OSError``.
        """
        try:
            data = (self.prefix / path).read_bytes()
        except FileNotFoundError:
            raise altered(path) from None
        self._compare(path, data, known)
        return data

    def link(self, path: str, known: str) -> str:
        """The target of a symbolic link; raises what :meth:`read` raises."""
        try:
            target = str((self.prefix / path).readlink())
        except OSError:
            raise altered(path) from None
        self._compare(path, target.encode(), known)
        return target

    def _compare(self, path: str, data: bytes, known: str) -> None:
        changed = self.differing.get(path)
        known = known if changed is None else changed[0]
        if known and hashlib.sha256(data).hexdigest() != known:
            raise altered(path)

    def is_program(self, path: str) -> bool:
        """Whether its owner may execute it."""
        changed = self.differing.get(path)
        mode = (self.prefix / path).stat().st_mode if changed is None else int(changed[2])
        return bool(mode & 0o100)
