"""The files of a version as a form holds them: the same from every store.

Made from a complete prefix and its manifest. What the manifest does not name (byte code that
Python wrote, whatever somebody has put there) is not in it. Whatever depends on the prefix, on the
time or on the store is made anew: for one fixed place, or with placeholders, to be written in where
it is unpacked.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from ..conda import bytecode, manifest
from ..conda.install import history_text, state_text
from ..conda.manifest import ManifestFile
from ..conda.runner import find_python
from ..conda.seal import entry_name
from . import activation, identity, records
from .form import Subject
from .node import Node, with_directories
from .placeholders import PLACEHOLDER, Original, on_path, recover, write_prefix
from .problem import FormImpossible

#: Bits of a file that has content from its byte code's cache: PEP 552, hash-based and unchecked.
_UNCHECKED = 1
_OWN = f"{manifest.DIRECTORY}/{manifest.MANIFEST}"


@dataclass(frozen=True)
class Relocation:
    """A file of a relocatable tree with *placeholder* where its prefix belongs.

    ``first_line`` is the line for the kernel that it gets, where the tree has another one.
    """

    path: str
    placeholder: bytes
    binary: bool
    first_line: bytes = b""
    data: bytes = b""


@dataclass
class Tree:
    """The files of *subject* in *prefix*; *place* is the path they are for, ``None``: any.

    ``relocations`` is complete when the content of every node has been asked for.
    """

    subject: Subject
    platform: str
    prefix: Path
    place: str | None
    relocations: list[Relocation] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.part = self.subject.part(self.platform)
        self.manifest = manifest.read_manifest(self.prefix)
        installed = manifest.read_installed(self.prefix)
        if installed is None or self.manifest.digest != self.subject.digest(self.platform):
            raise FormImpossible(
                "The files of this version are not complete on this server.",
                "Build it again, then try again.",
            )
        self.installed = installed
        self.size = installed.size
        self._store = os.fsencode(installed.path)
        self._packages = {
            f"conda-meta/{entry_name(package)}.json": package for package in self.part.conda
        }
        self._records = dict(self._read_records())
        self.python = find_python(self.part)

    @property
    def identity(self) -> identity.Identity:
        """Which version the tree is."""
        return identity.identity_of(self.subject, self.platform)

    @cached_property
    def active(self) -> activation.Active:
        """What activating it does."""
        paths = [file.path for file in self.manifest.files]
        return activation.read(self.prefix, self._store.decode(), self.subject, paths)

    def nodes(self) -> list[Node]:
        """Everything, sorted by path. Raises :class:`FormImpossible`, ``OSError``."""
        found: dict[str, Node] = {}
        for file in self.manifest.files:
            node = self._node(file)
            if node is not None:
                found[file.path] = node
        for node in self._byte_code():
            found.setdefault(node.path, node)
        found[_OWN] = Node(_OWN, "file", f"{self.prefix}/{_OWN}", mark=self.manifest.digest)
        said = identity.identity_bytes(self.identity)
        found[identity.PATH] = Node(identity.PATH, "file", said)
        for path, text, executable in activation.scripts(self.active, self.place):
            # A version that has conda itself keeps conda's own.
            if path not in found:
                render = partial(self._ours, path, text.encode())
                found[path] = Node(path, "file", render, executable)
        return with_directories(list(found.values()))

    def _read_records(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for path in self._packages:
            yield path, json.loads((self.prefix / path).read_bytes())

    def _node(self, file: ManifestFile) -> Node | None:
        path, kind, package = file.path, file.type, file.package
        changed = self.installed.differing.get(path)
        if changed is not None and changed[0] == "":
            return None  # a post-link script has removed it
        if kind == "directory":
            return Node(path, "directory", package=package)
        if kind == "link" or (changed is not None and (self.prefix / path).is_symlink()):
            return Node(path, "link", self._link(path), package=package)
        if kind == "prefix" and not self._was_changed(path, changed):
            content = partial(self._prefix_file, file)
            return Node(path, "file", content, self._is_program(path), package, file.sha256)
        if kind in ("file", "terrarium") and changed is None:
            return Node(path, "file", f"{self.prefix}/{path}", None, package, file.sha256)
        return self._generated(path, package)

    def _link(self, path: str) -> str:
        target = str((self.prefix / path).readlink())
        store = self._store.decode()
        if target == store or target.startswith(f"{store}/"):
            start = f"{store}/{path}".rpartition("/")[0]
            return os.path.relpath(target, start)
        return target

    def _was_changed(self, path: str, changed: list[Any] | None) -> bool:
        """Whether a post-link script has changed a file that holds the prefix."""
        row = self._rows.get(path)
        if row is None:
            return True
        # On macOS programs are signed again after the prefix was written into them.
        known = row.get("sha256_in_prefix")
        return bool(changed and known and changed[0] != known and sys.platform != "darwin")

    def _is_program(self, path: str) -> bool:
        return bool((self.prefix / path).stat().st_mode & 0o100)

    @cached_property
    def _rows(self) -> dict[str, dict[str, Any]]:
        """What records say of files that hold the prefix, by path."""
        return {
            row["_path"]: {**row, "cached": record.get("extracted_package_dir", "")}
            for record in self._records.values()
            for row in record["paths_data"]["paths"]
            if row.get("prefix_placeholder")
        }

    def _prefix_file(self, file: ManifestFile) -> bytes:
        row = self._rows[file.path]
        original = recover(
            (self.prefix / file.path).read_bytes(),
            self._store,
            row["prefix_placeholder"].encode(),
            row.get("file_mode") == "binary",
            file.sha256,
            Path(row["cached"], file.path),
        )
        return self._rendered(file.path, original)

    def _generated(self, path: str, package: str | None) -> Node | None:
        name = path.rpartition("/")[2]
        content: bytes | Any
        if path == "conda-meta/history":
            moment = time.gmtime(self.subject.epoch)
            content = history_text(self.part.conda, moment).encode()
        elif path == "conda-meta/state":
            content = state_text(self.subject.lock.variables).encode()
        elif path in self._packages:
            content = partial(records.conda_record, self._records[path], self._packages[path])
        elif package is not None and name == records.CACHE_NOTE:
            return None
        elif package is not None and path.endswith(".dist-info/RECORD"):
            content = partial(self._wheel_record, path)
        else:
            content = partial(self._own_file, path)
            return Node(path, "file", content, self._is_program(path), package)
        return Node(path, "file", content, False, None if path in self._packages else package)

    def _wheel_record(self, path: str) -> bytes:
        generated = {
            file.path
            for file in self.manifest.files
            if file.type == "generated" and ".dist-info/" not in file.path
        }
        base = path.rpartition("/")[0].rpartition("/")[0]
        return records.wheel_record((self.prefix / path).read_bytes(), base, generated)

    def _own_file(self, path: str) -> bytes:
        """A file that installing has made: a command of Python, or what a post-link script left."""
        data = (self.prefix / path).read_bytes()
        if self._store not in data:
            return data
        if b"\0" not in data:
            return self._ours(path, records.plain_script(data, self._store, PLACEHOLDER.encode()))
        # As long as the store's path, so that it fits; it tells nothing but that length.
        filler = (PLACEHOLDER.encode() * 20)[: len(self._store)]
        return self._rendered(path, Original(data.replace(self._store, filler), filler, True))

    def _ours(self, path: str, data: bytes) -> bytes:
        """*data* with :data:`PLACEHOLDER` in it, for the place of the tree."""
        if PLACEHOLDER.encode() not in data:
            return data
        return self._rendered(path, Original(data, PLACEHOLDER.encode(), False))

    def _rendered(self, path: str, original: Original) -> bytes:
        if self.place is not None:
            if original.binary and self.platform.startswith("osx-"):
                raise FormImpossible(
                    f"{path} is a program with its place in it, and macOS starts only what was "
                    "signed afterwards.",
                    "Make an archive without a fixed path: its `conda-unpack` signs.",
                )
            return write_prefix(original, os.fsencode(self.place), path)
        data, placeholder = original.data, original.placeholder
        first = b""
        if not original.binary and data.startswith(b"#!"):
            line, end, rest = data.partition(b"\n")
            usable = on_path(line, placeholder)
            if usable != line:
                first, data = line, usable + end + rest
        kept = data if original.binary and self.python is None else b""
        self.relocations.append(Relocation(path, placeholder, original.binary, first, kept))
        return data

    def _byte_code(self) -> Iterator[Node]:
        """What was linked from the cache of byte code; not what Python has written itself."""
        if self.python is None:
            return
        owners = {file.path: file for file in self.manifest.files}
        for target, source in bytecode.find_sources(list(owners), self.python).items():
            full = f"{self.prefix}/{target}"
            try:
                descriptor = os.open(full, os.O_RDONLY)
            except FileNotFoundError:
                continue
            try:
                head = os.read(descriptor, 8)
            finally:
                os.close(descriptor)
            if head[4:] == _UNCHECKED.to_bytes(4, "little"):
                owner = owners[source]
                mark = f"{self.python.tag}:{owner.sha256}"
                yield Node(target, "file", full, False, owner.package, mark)
