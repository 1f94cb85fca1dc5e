"""YAML to a tree of nodes with places, built from the parser's events.

Nothing is composed or constructed by the YAML library: anchors, aliases, tags and sizes are
checked while events stream in, so that a document which would expand to gigabytes, or name a
Python object, costs no more than its own bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from .limits import MAX_DEPTH, MAX_NODES
from .reading import Reading
from .syntax import explain
from .text import shown

_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_BOOLS = ("true", "True", "TRUE", "false", "False", "FALSE")


@dataclass
class Scalar:
    """One text, number, truth value or null, as written. Offsets count characters from 0."""

    text: str
    plain: bool
    start: int
    end: int

    @property
    def kind(self) -> str:
        """``text``, ``number``, ``truth value`` or ``nothing`` (YAML 1.2 core schema)."""
        if not self.plain:
            return "text"
        if self.text in ("", "~", "null", "Null", "NULL"):
            return "nothing"
        if self.text in _BOOLS:
            return "truth value"
        if _INT.fullmatch(self.text) or _FLOAT.fullmatch(self.text):
            return "number"
        return "text"


@dataclass
class Sequence:
    """A list."""

    start: int
    items: list[Node] = field(default_factory=list)
    kind: str = "list"


@dataclass
class Mapping:
    """Keys and values in the order of the text; no key stands in it twice."""

    start: int
    entries: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)
    kind: str = "mapping"


Node: TypeAlias = "Scalar | Sequence | Mapping"


@dataclass
class _Open:
    """A list or mapping whose end has not come yet."""

    node: Sequence | Mapping
    path: str
    key: Scalar | None = None
    skip: bool = False  # the next value belongs to a key that was refused


def load(reading: Reading) -> Node | None:
    """The root node of the only document; None when there is none or it cannot be read.

    Adds errors to *reading*; the returned tree is whole unless None.
    """
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.main import YAML

    yaml = YAML(typ="safe", pure=True)
    builder = _Builder(reading)
    problem: Any = None
    try:
        for event in yaml.parse(reading.text):
            if not builder.take(event):
                return None
    except MarkedYAMLError as error:
        problem = error
    except (YAMLError, ValueError, RecursionError):
        reading.error(builder.offset, "", "The text is not YAML from here on.")
        return None
    if problem is not None:
        explain(reading, problem)
        return None
    return builder.root


class _Builder:
    """Takes events, gives a tree."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.root: Node | None = None
        self.offset = 0
        self._stack: list[_Open] = []
        self._nodes = 0
        self._documents = 0

    def take(self, event: Any) -> bool:
        """Take the next event; False when reading on makes no sense."""
        kind = type(event).__name__
        self.offset = event.start_mark.index if event.start_mark else self.offset
        if kind == "DocumentStartEvent":
            self._documents += 1
            if self._documents > 1:
                self.reading.error(
                    self.offset,
                    "",
                    "A second YAML document begins here.",
                    "Keep one document: remove the `---` line and what follows it.",
                )
                return False
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self._stack.pop()
        elif kind in ("ScalarEvent", "AliasEvent", "MappingStartEvent", "SequenceStartEvent"):
            return self._node(event, kind)
        return True

    def _node(self, event: Any, kind: str) -> bool:
        self._nodes += 1
        too_much = ""
        if self._nodes > MAX_NODES:
            too_much = f"{MAX_NODES:,} entries"
        elif len(self._stack) >= MAX_DEPTH:
            too_much = f"{MAX_DEPTH} levels of nesting"
        if too_much:
            self.reading.error(
                self.offset,
                "",
                f"The specification has more than {too_much}.",
                "Check that this is an environment.yml and not another kind of file.",
            )
            return False
        self._refuse_reuse(event, kind)
        node: Node
        if kind == "MappingStartEvent":
            node = Mapping(self.offset)
        elif kind == "SequenceStartEvent":
            node = Sequence(self.offset)
        elif kind == "AliasEvent":
            node = Scalar("", False, self.offset, event.end_mark.index)
        else:
            plain = event.style is None or event.style == ""
            end = event.end_mark.index
            node = Scalar(event.value, plain, self._at_dash(event, plain), end)
        path = self._place(node)
        if isinstance(node, (Mapping, Sequence)):
            self._stack.append(_Open(node, path))
        return True

    def _at_dash(self, event: Any, plain: bool) -> int:
        """Where a scalar begins; an empty entry of a list is at its dash."""
        before = self.offset - 1
        empty = plain and not event.value and before >= 0
        return before if empty and self.reading.text[before] == "-" else self.offset

    def _refuse_reuse(self, event: Any, kind: str) -> None:
        """Anchors, aliases and tags are errors, wherever they stand."""
        if kind == "AliasEvent":
            self.reading.error(
                self.offset,
                "",
                f"`*{shown(str(event.anchor), 30)}` is a YAML alias; aliases are not read.",
                "Write the value out, or put it in quotes when the `*` belongs to it.",
            )
        elif event.anchor is not None:
            self.reading.error(
                self.offset,
                "",
                f"`&{shown(str(event.anchor), 30)}` is a YAML anchor; anchors are not read.",
                "Remove the anchor and write the value out wherever it is needed.",
            )
        elif event.tag is not None and str(event.tag) != "!":
            self.reading.error(
                self.offset,
                "",
                f"`{shown(_tag(event.tag), 40)}` is a YAML tag; tags are not read.",
                "Remove it; put the value in quotes when the `!` belongs to it.",
            )

    def _place(self, node: Node) -> str:
        """Put *node* where it belongs; return its key path."""
        if not self._stack:
            self.root = node
            return ""
        top = self._stack[-1]
        if isinstance(top.node, Sequence):
            top.node.items.append(node)
            return _join(top.path, str(len(top.node.items) - 1))
        if top.skip:
            top.skip = False
            return top.path
        if top.key is None:
            self._key(top, top.node, node)
            return top.path
        key, top.key = top.key, None
        top.node.entries[key.text] = (key, node)
        return _join(top.path, shown(key.text, 30))

    def _key(self, top: _Open, mapping: Mapping, node: Node) -> None:
        if not isinstance(node, Scalar):
            top.skip = True
            self.reading.error(
                node, top.path, f"A key must be a text, not a {node.kind}.", "Write `key: value`."
            )
            return
        path = _join(top.path, shown(node.text, 30))
        if node.plain and node.text == "<<":
            self.reading.error(
                node, path, "`<<` merges mappings in YAML; that is not read.", "Write the keys out."
            )
        elif node.text in mapping.entries:
            first = self.reading.line_of(mapping.entries[node.text][0])
            self.reading.error(
                node,
                path,
                f"The key `{shown(node.text, 30)}` stands here and on line {first} already.",
                "Keep one of the two, with the entries of both.",
            )
        else:
            top.key = node
            return
        top.skip = True


def _tag(tag: object) -> str:
    return str(tag).replace("tag:yaml.org,2002:", "!!", 1)


def _join(path: str, key: str) -> str:
    return f"{path}/{key}" if path else key
