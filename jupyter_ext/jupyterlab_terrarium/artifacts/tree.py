"""The files of a version as a form holds them: the same from every store.

Made from a complete prefix and its manifest. What the manifest does not name (byte code that
Python wrote, whatever somebody has put there) is not in it. Whatever depends on the prefix, on the
time or on the store is made anew: for one fixed place, or with placeholders, to be written in where
it is unpacked.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from ..conda import manifest
from ..conda.install import history_text, state_text
from ..conda.manifest import ManifestFile
from ..conda.runner import find_python
from . import activation, identity, records
from .byte_code import ByteCode
from .form import Subject
from .installation import Installation
from .node import Node, content_hash, with_directories
from .placeholders import PLACEHOLDER, Original, on_path, recover, write_prefix
from .problem import FormImpossible

#: Files of these types are as their package has them, unless they are said to differ.
_PLAIN = frozenset({"file", "terrarium", "link", "directory"})
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

    ``byte_code`` is the store's cache of it. ``relocations`` is complete when the content of every
    node has been asked for.
    """

    subject: Subject
    platform: str
    prefix: Path
    place: str | None
    byte_code: Path | None = None
    relocations: list[Relocation] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.part = self.subject.part(self.platform)
        self._here = Installation(self.subject, self.platform, self.prefix)
        self.size = self._here.installed.size
        self._store = os.fsencode(self._here.installed.path)
        self.python = find_python(self.part)

    @property
    def identity(self) -> identity.Identity:
        """Which version the tree is."""
        return identity.identity_of(self.subject, self.platform)

    @cached_property
    def active(self) -> activation.Active:
        """What activating it does."""
        paths = [path for path in self._here.owners if path.startswith(activation.CONDA)]
        for file in self._here.manifest.files:
            if file.path.startswith(activation.VARIABLES) and file.type == "file":
                self._here.read(file.path, file.sha256)
        return activation.read(self.prefix, self._store.decode(), self.subject, paths)

    def nodes(self) -> list[Node]:
        """Everything, sorted by path. Raises :class:`FormImpossible`, ``OSError``."""
        owners = self._here.files
        return with_directories([node for owner in owners for node in self.nodes_of(owner)])

    def nodes_of(self, package: str | None) -> list[Node]:
        """What belongs to *package*, or to none; without directories that only lead there.

        Raises :class:`FormImpossible`, ``OSError``.
        """
        files = self._here.files[package]
        found = [node for file in files if (node := self._node(file)) is not None]
        if self._byte_code is not None:
            found += self._byte_code.nodes(package, [file.path for file in files])
        return found if package is not None else [*found, *self._own()]

    def facts(self) -> dict[str, str]:
        """What the files of each package are made of, as SHA-256, by name; without empty ones.

        Where two trees for one place say the same of a package, its nodes have the same bytes.
        That is what was recorded when the prefix was made: only files that were made there are
        read. Raises :class:`FormImpossible`, ``OSError``.
        """
        names = sorted(name for name in self._here.files if name is not None)
        return {name: facts for name in names if (facts := self._facts_of(name))}

    def _facts_of(self, package: str) -> str:
        differing = self._here.differing
        plain: list[ManifestFile] = []
        others: list[ManifestFile] = []
        files = self._here.files[package]
        for file in files:
            known = (file.sha256 or file.type == "directory") and file.type in _PLAIN
            (plain if known and file.path not in differing else others).append(file)
        rows = [_described(node) for file in others if (node := self._node(file)) is not None]
        if not plain and not rows:
            return ""
        code: list[object] = []
        if self._byte_code is not None:
            code = self._byte_code.facts(package, [file.path for file in files])
        return hashlib.sha256(json.dumps((plain, rows, code)).encode()).hexdigest()

    def _own(self) -> Iterator[Node]:
        """What we add to what was installed."""
        yield Node(_OWN, "file", f"{self.prefix}/{_OWN}")
        yield Node(identity.PATH, "file", identity.identity_bytes(self.identity))
        for path, text, executable in activation.scripts(self.active, self.place):
            # A version that has conda itself keeps conda's own.
            if path not in self._here.owners or path in self._here.removed:
                render = partial(self._ours, path, text.encode())
                yield Node(path, "file", render, executable)

    @cached_property
    def _byte_code(self) -> ByteCode | None:
        if self.python is None:
            return None
        here = self._here
        linked = set(here.installed.bytecode)
        keys = {one.name: f"{one.sha256}-{self.python.tag}" for one in self.part.files}
        keys = {name: key for name, key in keys.items() if key in linked}
        taken = here.owners.keys() | here.removed
        return ByteCode(self.prefix, self.python, self.byte_code, keys, here.rivals, taken)

    def _node(self, file: ManifestFile) -> Node | None:
        path, kind, package = file.path, file.type, file.package
        changed = self._here.differing.get(path)
        if path in self._here.removed:
            return None
        if kind == "directory":
            return Node(path, "directory", package=package)
        if kind == "link" or (changed is not None and (self.prefix / path).is_symlink()):
            return Node(path, "link", self._link(path, file.sha256), package=package)
        if kind == "prefix" and not self._was_changed(path, changed):
            content = partial(self._prefix_file, file)
            return Node(path, "file", content, self._here.is_program(path), package, file.sha256)
        if kind in ("file", "terrarium") and changed is None:
            return Node(path, "file", f"{self.prefix}/{path}", None, package, file.sha256)
        return self._generated(path, package)

    def _link(self, path: str, known: str) -> str:
        target = self._here.link(path, known)
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

    @cached_property
    def _rows(self) -> dict[str, dict[str, Any]]:
        """What records say of files that hold the prefix, by path."""
        return {
            row["_path"]: {**row, "cached": record.get("extracted_package_dir", "")}
            for record in self._here.records.values()
            for row in record["paths_data"]["paths"]
            if row.get("prefix_placeholder")
        }

    def _prefix_file(self, file: ManifestFile) -> bytes:
        row = self._rows[file.path]
        original = recover(
            self._here.read(file.path),
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
        elif path in self._here.packages:
            content = partial(
                records.conda_record,
                self._here.records[path],
                self._here.packages[path],
            )
        elif package is not None and name == records.CACHE_NOTE:
            return None
        elif package is not None and path.endswith(".dist-info/RECORD"):
            content = partial(self._wheel_record, path)
        else:
            content = partial(self._own_file, path)
            return Node(path, "file", content, self._here.is_program(path), package)
        return Node(path, "file", content, False, None if path in self._here.packages else package)

    def _wheel_record(self, path: str) -> bytes:
        generated = {
            file.path
            for file in self._here.manifest.files
            if file.type == "generated" and ".dist-info/" not in file.path
        }
        base = path.rpartition("/")[0].rpartition("/")[0]
        return records.wheel_record(self._here.read(path), base, generated)

    def _own_file(self, path: str) -> bytes:
        """A file that installing has made: a command of Python, or what a post-link script left."""
        data = self._here.read(path)
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


def _described(node: Node) -> tuple[object, ...]:
    """What the bytes of *node* depend on."""
    made_of = node.sha256 or content_hash(node)
    return (node.path, node.kind, node.executable, made_of)
