"""Edits of a specification's text: one entry at a time, everything else stays as it was written.

An edit is made in the text itself, by the places that the parser has seen, so comments, quotes and
line ends are kept. Whoever edits reads the result again: what the text cannot take is ``None``.
"""

from __future__ import annotations

import re

from ...models.place import Place
from .document import Mapping, Node, Scalar, Sequence, load
from .reading import Reading

_PLAIN = re.compile(r"[A-Za-z0-9_./][^\s#,\[\]{}:&*!|'\"%@`]*(?: [^\s#,\[\]{}:&*!|'\"%@`]+)*")
_PLAIN_IN_BLOCK = re.compile(r"[A-Za-z0-9_./](?:[^\s#:'\"]|:(?! |$))*(?: [^\s#:'\"]+)*")


class SpecificationText:
    """One text that can be edited; each method gives the whole new text.

    The text must be a specification that :func:`.read_specification` accepts.
    """

    def __init__(self, text: str) -> None:
        self._text = text.removeprefix("\ufeff")
        self._reading = Reading(self._text)
        self._root = load(self._reading)
        self._newline = "\r\n" if "\r\n" in self._text else "\n"

    def find(self, place: Place) -> Scalar | None:
        """The entry that begins at *place*."""
        return self._find(self._root, place)

    def _find(self, node: Node | None, place: Place) -> Scalar | None:
        if isinstance(node, Scalar):
            return node if self._reading.lines.place(node.start) == place else None
        if isinstance(node, Sequence):
            inner = list(node.items)
        elif isinstance(node, Mapping):
            inner = [value for _, value in node.entries.values()]
        else:
            return None
        return next((found for one in inner if (found := self._find(one, place))), None)

    def entry_place(self, key: str, text: str) -> Place | None:
        """Where *text* stands in the list *key* of the top level."""
        node = self._value(key)
        if isinstance(node, Sequence):
            for item in node.items:
                if isinstance(item, Scalar) and item.text.strip() == text:
                    return self._reading.lines.place(item.start)
        return None

    def replace(self, place: Place, after: str) -> str | None:
        """The entry at *place* says *after*."""
        node = self.find(place)
        if node is None:
            return None
        return self._text[: node.start] + self._quoted(node, after) + self._text[node.end :]

    def limit(self, place: Place, selector: str) -> str | None:
        """The entry at *place* counts on the platforms of *selector* only: ``# [linux]``."""
        node = self.find(place)
        if node is None or self._in_flow(node):
            return None
        end = node.end + len(self._reading.lines.rest_of_line(node.end))
        if self._text[node.end : end].strip():
            return None
        return f"{self._text[: node.end]}  # [{selector}]{self._text[end:]}"

    def remove(self, place: Place) -> str | None:
        """The list entry at *place* is gone, with its line when it has one of its own."""
        node = self.find(place)
        if node is None:
            return None
        start, end = self._line_of(node.start)
        if re.fullmatch(r"\s*-\s*", self._text[start : node.start]):
            return self._text[:start] + self._text[end:]
        after = re.compile(r"\s*,\s*").match(self._text, node.end)
        if after:
            return self._text[: node.start] + self._text[after.end() :]
        before = re.search(r"\s*,\s*$", self._text[: node.start])
        return self._text[: before.start()] + self._text[node.end :] if before else None

    def append(self, key: str, text: str, otherwise: list[str]) -> str | None:
        """The list *key* has *text* as its last entry; a new list begins with *otherwise*."""
        node = self._value(key)
        if node is None:
            block = [f"{key}:", *(f"  - {one}" for one in [*otherwise, text])]
            return self._before_dependencies(block)
        if not isinstance(node, Sequence) or not node.items:
            return None
        last = node.items[-1]
        if not isinstance(last, Scalar):
            return None
        if self._in_flow(last):
            return f"{self._text[: last.end]}, {self._quoted(last, text)}{self._text[last.end :]}"
        start, end = self._line_of(last.start)
        lead = self._text[start : last.start]
        if not re.fullmatch(r"\s*-\s*", lead):
            return None
        return self._insert(end, f"{lead}{text}")

    def prepend(self, key: str, text: str) -> str | None:
        """The list *key* of the top level, one entry a line, begins with *text*."""
        node = self._value(key)
        if not isinstance(node, Sequence) or not node.items:
            return None
        start, _ = self._line_of(node.items[0].start)
        lead = self._text[start : node.items[0].start]
        if not re.fullmatch(r"\s*-\s*", lead):
            return None
        return self._insert(start, f"{lead}{text}")

    def set(self, key: str, value: str) -> str | None:
        """The key of the top level has the plain text *value*."""
        node = self._value(key)
        if node is None:
            return self._before_dependencies([f"{key}: {value}"])
        if not isinstance(node, Scalar):
            return None
        return self._text[: node.start] + value + self._text[node.end :]

    def value(self, key: str) -> str:
        """The text that the key of the top level has; empty when it has none."""
        node = self._value(key)
        return node.text.strip() if isinstance(node, Scalar) else ""

    def value_place(self, key: str) -> Place | None:
        """Where :meth:`value` stands."""
        node = self._value(key)
        return self._reading.lines.place(node.start) if isinstance(node, Scalar) else None

    def remove_key(self, key: str) -> str | None:
        """The key of the top level, with a value on the same line, is gone with its line."""
        if not isinstance(self._root, Mapping) or key not in self._root.entries:
            return None
        name, node = self._root.entries[key]
        start, end = self._line_of(name.start)
        if not isinstance(node, Scalar) or name.start != start or not node.start < end:
            return None
        return self._text[:start] + self._text[end:]

    def set_in(self, key: str, name: str, value: str) -> str | None:
        """The mapping *key* has ``name: "value"``."""
        node = self._value(key)
        if node is None or (isinstance(node, Scalar) and node.kind == "nothing"):
            if node is not None:
                return None
            return self._before_dependencies([f"{key}:", f'  {name}: "{value}"'])
        if not isinstance(node, Mapping) or not node.entries:
            return None
        if name in node.entries:
            old = node.entries[name][1]
            if not isinstance(old, Scalar):
                return None
            return f'{self._text[: old.start]}"{value}"{self._text[old.end :]}'
        first = next(iter(node.entries.values()))[0]
        start, _ = self._line_of(first.start)
        lead = self._text[start : first.start]
        if lead.strip():
            return f'{self._text[: first.start]}{name}: "{value}", {self._text[first.start :]}'
        return self._insert(start, f'{lead}{name}: "{value}"')

    def _value(self, key: str) -> Node | None:
        if not isinstance(self._root, Mapping) or key not in self._root.entries:
            return None
        return self._root.entries[key][1]

    def _before_dependencies(self, lines: list[str]) -> str | None:
        """*lines* stand above ``dependencies:`` and above the comments that belong to it."""
        if not isinstance(self._root, Mapping) or "dependencies" not in self._root.entries:
            return None
        start, _ = self._line_of(self._root.entries["dependencies"][0].start)
        if self._root.entries["dependencies"][0].start != start:
            return None
        before = self._text[:start].splitlines(keepends=True)
        while before and before[-1].startswith("#"):
            start -= len(before.pop())
        return self._insert(start, self._newline.join(lines))

    def _insert(self, offset: int, line: str) -> str:
        before = self._text[:offset]
        joint = self._newline if before and not before.endswith(("\n", "\r")) else ""
        return f"{before}{joint}{line}{self._newline}{self._text[offset:]}"

    def _line_of(self, offset: int) -> tuple[int, int]:
        starts = self._reading.lines.offsets()
        line = self._reading.lines.place(offset).line
        end = starts[line] if line < len(starts) else len(self._text)
        return starts[line - 1], end

    def _in_flow(self, node: Scalar) -> bool:
        start, _ = self._line_of(node.start)
        return re.fullmatch(r"[\s-]*", self._text[start : node.start]) is None

    def _quoted(self, node: Scalar, after: str) -> str:
        plain = _PLAIN if self._in_flow(node) else _PLAIN_IN_BLOCK
        if node.plain and plain.fullmatch(after):
            return after
        if not node.plain and self._text[node.start] == "'" and "'" not in after:
            return f"'{after}'"
        escaped = after.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
