"""One entry of a tree of files that a form holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

Kind = Literal["file", "link", "directory"]


class Node(NamedTuple):
    """*path* is relative to the top, with slashes.

    ``content`` of a file is its bytes, what makes them when they are needed, or the path at which
    they lie; of a link its target. ``executable`` is ``None`` where the file on disk tells.
    ``package`` is the name of the package that it belongs to. ``mark`` stands for the content where
    that is known without reading it: equal marks, equal content; empty: not known.
    """

    path: str
    kind: Kind
    content: bytes | str | Callable[[], bytes] = b""
    executable: bool | None = False
    package: str | None = None
    mark: str = ""


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
