"""One entry of a tree of files that a form holds."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from typing import Literal, NamedTuple

from ..conda.files import sha256_of

Kind = Literal["file", "link", "directory"]


class Node(NamedTuple):
    """*path* is relative to the top, with slashes.

    ``content`` of a file is its bytes, what makes them when they are needed, or the path at which
    they lie; of a link its target. ``executable`` is ``None`` where the file on disk tells.
    ``package`` is the name of the package that it belongs to. ``sha256`` is that of what the
    content is made from, where it is known without reading it: equal ones, equal content. Whoever
    reads it compares. Empty: not known.
    """

    path: str
    kind: Kind
    content: bytes | str | Callable[[], bytes] = b""
    executable: bool | None = False
    package: str | None = None
    sha256: str = ""


def content_hash(node: Node) -> str:
    """SHA-256 of the content of *node*. Raises what making it raises, ``OSError``."""
    if node.kind == "file" and isinstance(node.content, str):
        return sha256_of(node.content)
    made = node.content if isinstance(node.content, bytes | str) else node.content()
    return hashlib.sha256(os.fsencode(made)).hexdigest()


def with_directories(nodes: list[Node]) -> list[Node]:
    """*nodes* by path, with the directories that lead to them; each directory once."""
    directories = {node.path: node for node in nodes if node.kind == "directory"}
    for node in nodes:
        parent = node.path.rpartition("/")[0]
        while parent and parent not in directories:
            directories[parent] = Node(parent, "directory", package=node.package)
            parent = parent.rpartition("/")[0]
    rest = [node for node in nodes if node.kind != "directory"]
    return sorted([*directories.values(), *rest], key=_path)


def _path(node: Node) -> str:
    return node.path
