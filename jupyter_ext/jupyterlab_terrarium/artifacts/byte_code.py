"""The byte code in a prefix that a form holds: what was linked there from the store's cache.

Not what Python has written itself. An entry of the cache has an index with the hash of each file,
so nothing needs to be opened in the prefix to tell which byte code a package has.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..conda import bytecode
from ..conda.runner import PythonInfo
from .node import Node, content_hash

#: Of a file from the cache: PEP 552, hash-based and unchecked.
_UNCHECKED = (1).to_bytes(4, "little")


@dataclass(frozen=True)
class ByteCode:
    """Byte code in *prefix*, of *python*; *cache* is the store's, ``None`` where it is not at hand.

    ``keys`` has the names of the entries that were linked, by package. Of ``rivals``, which claim
    one path, not all of it may have been linked; there the prefix tells, and so it does of all
    where the cache has no index any more. ``taken`` are paths at which something else lies, or
    nothing.
    """

    prefix: Path
    python: PythonInfo
    cache: Path | None
    keys: Mapping[str, str]
    rivals: Container[str]
    taken: Container[str]

    def facts(self, package: str, files: Sequence[str]) -> list[object]:
        """What the byte code of *package*, whose *files* these are, depends on. Raises ``OSError``.

        Where the cache has an index of it, nothing is looked at in the prefix.
        """
        index = self._index(package)
        if index is None or package in self.rivals:
            found = self.nodes(package, files)
            return [(node.path, node.sha256 or content_hash(node)) for node in found]
        known = [row for row in sorted(index.items()) if row[0] not in self.taken]
        return [self.python.stdlib, self.python.cache_tag, known]

    def nodes(self, package: str | None, files: Sequence[str]) -> Iterator[Node]:
        """The byte code of *package*, whose *files* these are. Raises ``OSError``."""
        index = self._index(package)
        look = index is None or package in self.rivals
        for path in bytecode.find_sources(files, self.python):
            full = f"{self.prefix}/{path}"
            _, sha256 = (index or {}).get(path, (0, ""))
            if (_is_linked(full) if look else sha256) and path not in self.taken:
                yield Node(path, "file", full, False, package, sha256)

    def _index(self, package: str | None) -> bytecode.Index | None:
        key = self.keys.get(package or "")
        if key is None or self.cache is None:
            return None
        return bytecode.read_index(self.cache, key)


def _is_linked(path: str) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return os.read(descriptor, 8)[4:] == _UNCHECKED
    finally:
        os.close(descriptor)
