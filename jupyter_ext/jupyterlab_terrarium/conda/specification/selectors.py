"""conda-lock's selectors: ``# [linux]`` at the end of a line limits the entry to platforms.

See https://conda.github.io/conda-lock/src_environment_yml (*Preprocessing selectors*). One word is
one selector; conda-build's expressions (``not win``, ``py>=38``) have no meaning here.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right

from ...models.platforms import PLATFORMS
from .document import Mapping, Node, Scalar, Sequence
from .reading import Reading
from .text import shown

_LINUX = ("linux-64", "linux-aarch64", "linux-ppc64le")
_OSX = ("osx-64", "osx-arm64")
_WIN = ("win-64", "win-arm64")
SELECTORS: dict[str, tuple[str, ...]] = {
    "linux": _LINUX,
    "linux64": ("linux-64",),
    "aarch64": ("linux-aarch64",),
    "ppc64le": ("linux-ppc64le",),
    "osx": _OSX,
    "osx64": ("osx-64",),
    "arm64": ("osx-arm64",),
    "win": _WIN,
    "win64": ("win-64",),
    "unix": _LINUX + _OSX,
}
_WORDS = ", ".join(SELECTORS)
_COMMENT = re.compile(r"\s+#(?P<comment>.*)$")
_LOST = re.compile(r"(?<=\s)#[ \t]*\[[ \t]*(?P<word>[a-z0-9]+)[ \t]*\][ \t]*$", re.MULTILINE)
_EXPRESSION = re.compile(r"\b(not|and|or|py|py\d+|x86|x86_64|cuda\w*)\b|[<>=]")
_FIXES = {"not win": "unix", "not linux": "osx (and once more with win)", "mac": "osx"}
_FIXES |= {"macos": "osx", "windows": "win", "linux-64": "linux64", "osx-arm64": "arm64"}
_FIXES |= {"osx-64": "osx64", "win-64": "win64", "linux-aarch64": "aarch64"}


class Selectors:
    """The selectors of one text; knows which of them were used."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._used: set[int] = set()

    def after(self, node: Scalar, path: str) -> list[str] | None:
        """The platforms that the comment behind *node* limits it to; None: all."""
        found = _COMMENT.match(self._reading.lines.rest_of_line(node.end))
        if found is None:
            return None
        word = _bracketed(found["comment"])
        if word is None:
            return None
        at = node.end + found.start("comment") - 1
        if word in SELECTORS:
            self._used.add(self._reading.lines.place(at).line)
            return [name for name in PLATFORMS if name in SELECTORS[word]]
        if found["comment"].lstrip().startswith("["):
            self._unknown(at, path, word)
        return None

    def _unknown(self, at: int, path: str, word: str) -> None:
        near = difflib.get_close_matches(word, SELECTORS, 1, 0.75)
        fix = _FIXES.get(word) or (near[0] if near else "")
        known = any(part in SELECTORS for part in re.findall(r"\w+", word))
        if not (fix or known or _EXPRESSION.search(word)):
            self._reading.notice(
                at,
                path,
                f"`# [{shown(word, 30)}]` is read as a comment: it is no selector.",
                f"Selectors are: {_WORDS}.",
            )
            return
        hint = f"Write `# [{fix}]`." if fix else f"One word of: {_WORDS}. For two, write two lines."
        self._reading.error(at, path, f"`[{shown(word, 30)}]` is not a selector.", hint)

    def refuse_unused(self, root: Node) -> None:
        """Errors for selectors on lines where they would silently do nothing."""
        spans = [(node.start, node.end) for node in scalars(root)]
        starts = [start for start, _ in spans]
        for lost in _LOST.finditer(self._reading.text):
            place = self._reading.lines.place(lost.start())
            before = self._reading.text[lost.start() - place.column + 1 : lost.start()]
            span = bisect_right(starts, lost.start()) - 1
            inside = span >= 0 and lost.start() < spans[span][1]
            used = place.line in self._used
            if lost["word"] not in SELECTORS or inside or used or not before.strip(" \t-"):
                continue
            if before.lstrip().startswith("#"):
                continue
            self._reading.error(
                lost.start(),
                "",
                f"The selector `[{lost['word']}]` works only on entries of `dependencies` "
                "and `pip`, one entry per line.",
                "Move it to the lines of the entries that it is meant for.",
            )


def _bracketed(comment: str) -> str | None:
    """What stands in the last brackets of *comment*, unless parentheses follow them."""
    end = comment.rfind("]")
    start = comment.rfind("[", 0, max(end, 0))
    if start < 0 or "(" in comment[end:] or ")" in comment[end:]:
        return None
    return comment[start + 1 : end].strip()


def scalars(node: Node | None) -> list[Scalar]:
    """Every scalar of the tree, keys included, in the order of the text."""
    found: list[Scalar] = []
    stack: list[Node] = [node] if node is not None else []
    while stack:
        here = stack.pop()
        if isinstance(here, Scalar):
            found.append(here)
        elif isinstance(here, Sequence):
            stack.extend(reversed(here.items))
        elif isinstance(here, Mapping):
            for key, value in reversed(list(here.entries.values())):
                stack.extend((value, key))
    return found
