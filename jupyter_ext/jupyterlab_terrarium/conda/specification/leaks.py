"""No credential enters the store: every value, key and comment of a specification is looked at."""

from __future__ import annotations

import re
from bisect import bisect_right

from .credentials import find_credentials, find_in_text, without_credentials
from .document import Mapping, Node, Scalar, Sequence
from .reading import Reading
from .selectors import scalars
from .text import shown


def refuse_credentials(reading: Reading, root: Node | None) -> None:
    """Add an error for each URL with a credential, wherever it stands. Never shows one."""
    paths = _paths(root)
    spans = []
    for node in scalars(root):
        spans.append((node.start, node.end))
        hits = find_in_text(node.text)
        path = paths.get(node.start, "")
        if not hits and path.startswith(("channels", "dependencies")):
            # A channel without a scheme (`user:password@host/channel`) is a URL only there.
            reason = find_credentials(node.text)
            hits = [(0, node.text.split()[0], reason)] if reason else []
        for _, url, reason in hits[:1]:
            _refuse(reading, node.start, path, url, reason)
    starts = [start for start, _ in spans]
    for offset, url, reason in find_in_text(reading.text, prose=True):
        at = bisect_right(starts, offset) - 1
        if at < 0 or offset >= spans[at][1]:
            _refuse(reading, offset, "", url, reason)


def _refuse(reading: Reading, offset: int, path: str, url: str, reason: str) -> None:
    if path.startswith("variables"):
        hint = (
            "Variables travel with the environment to everybody who uses it. Remove the "
            "credential here and set it where the notebook runs."
        )
    else:
        clean = _clean(url)
        hint = (
            "Take the credential out of the text, renew it if others have seen the text, and run "
            f"`jupyter terrarium channel login {clean}`."
        )
    reading.leak(offset, path, f"A credential is written in a URL: {reason}.", hint)


def _clean(url: str) -> str:
    """The URL to log in to; a word in its place when it cannot be told apart from the secret."""
    plain = re.sub(r"^(git|hg|svn|bzr)\+", "", without_credentials(url).partition("::")[0])
    if find_credentials(plain) is not None or "@" in plain:
        return "URL"
    return shown(plain, 200)


def _paths(root: Node | None) -> dict[int, str]:
    """The key path of every scalar, by its offset."""
    found: dict[int, str] = {}
    stack: list[tuple[str, Node]] = [("", root)] if root is not None else []
    while stack:
        path, node = stack.pop()
        if isinstance(node, Scalar):
            found[node.start] = path
        elif isinstance(node, Sequence):
            stack.extend((f"{path}/{i}".lstrip("/"), item) for i, item in enumerate(node.items))
        elif isinstance(node, Mapping):
            for key, value in node.entries.values():
                name = "key" if find_in_text(key.text) else shown(key.text, 30)
                stack.append((f"{path}/{name}".lstrip("/"), value))
    return found
