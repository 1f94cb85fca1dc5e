"""What the YAML parser found, said so that somebody who has never heard of YAML can fix it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .reading import Reading
from .text import escaped

if TYPE_CHECKING:
    from ruamel.yaml.error import MarkedYAMLError

_INDENT_TAB = re.compile(r"^[ ]*\t", re.MULTILINE)
_START = re.compile(r"character '(.*)' that cannot start any token", re.DOTALL)

_WORDS = (
    (
        "mapping values are not allowed",
        "A `:` stands where no key can be.",
        "Indent keys of one mapping alike, and put a text that holds `: ` in quotes.",
    ),
    (
        "could not find expected ':'",
        "A `:` is missing after the key that begins here.",
        "Write `key: value`, or begin the line with `- ` when it is an entry of a list.",
    ),
    (
        "expected <block end>",
        "This line is indented differently from the lines it belongs to, or is no entry of them.",
        "Give all entries of one list, and all keys of one mapping, the same number of spaces; "
        "begin every entry of a list with `- `.",
    ),
    (
        "found unexpected end of stream",
        "A quoted text begins but never ends.",
        "Close it with the same kind of quote.",
    ),
    (
        "expected ',' or '",
        "A list or mapping in brackets is not closed, or a comma is missing.",
        "Close the bracket, or write one entry per line with `- `.",
    ),
    (
        "found unknown escape character",
        "A backslash in double quotes begins an escape that does not exist.",
        "Use single quotes, or write the backslash twice.",
    ),
    (
        "expected the node content",
        "A value is missing here.",
        "Write a value, or remove the comma or bracket.",
    ),
    (
        "expected '<document start>'",
        "Something stands outside the document.",
        "Begin with `name:` or `dependencies:`, keys of one level under one another.",
    ),
    (
        "sequence entries are not allowed",
        "A list cannot begin here.",
        "Put `- ` at the beginning of a line of its own.",
    ),
    (
        "expected alphabetic or numeric character",
        "YAML reads `*` and `&` at the beginning of a text as references, not as characters.",
        "Name one package per entry; put the text in quotes when the character belongs to it.",
    ),
    (
        "incompatible YAML document",
        "The `%YAML` line asks for a version of YAML that does not exist.",
        "Remove that line.",
    ),
    (
        "duplicate tag handle",
        "A `%TAG` line stands twice.",
        "Remove the lines that begin with `%`.",
    ),
    (
        "indentation indicator",
        "A text that begins with `>` or `|` announces a block of text on the next lines.",
        "Write the package's name before the version, e.g. `numpy>=1.0`, "
        "or put the text in quotes.",
    ),
)


def explain(reading: Reading, error: MarkedYAMLError) -> None:
    """Add *error* to *reading*: what stands there, and what to write instead."""
    problem = str(error.problem or "")
    mark = error.problem_mark or error.context_mark
    offset = min(mark.index, len(reading.text)) if mark else 0
    start = _START.search(problem)
    if start:
        _explain_character(reading, offset, reading.text[offset : offset + 1] or start[1])
        return
    begins_earlier = "end of stream" in problem or "expected ':'" in problem
    if begins_earlier and error.context_mark:
        offset = error.context_mark.index
    for words, message, hint in _WORDS:
        if words in problem:
            reading.error(offset, "", message, hint)
            return
    reading.error(
        offset,
        "",
        f"This is not YAML: {escaped(problem)[:120] or 'it cannot be read'}.",
        "Compare the line with the ones above it; quotes around a text often help.",
    )


def _explain_character(reading: Reading, offset: int, character: str) -> None:
    if character == "\t":
        _explain_tabs(reading, offset)
    elif character == "@" and reading.text.startswith("@EXPLICIT", offset):
        reading.error(
            offset,
            "",
            "This is an explicit list of package files (`@EXPLICIT`), not a specification.",
            "Import it as a file (`jupyter terrarium import FILE`), or give the environment.yml it "
            "was made from.",
        )
    else:
        reading.error(
            offset,
            "",
            f"A text cannot begin with the character {escaped(character)} here.",
            "Put it in quotes when the character belongs to it.",
        )


def _explain_tabs(reading: Reading, offset: int) -> None:
    """A tab ends the parser's work, so the other lines with one are told at once."""
    hint = "Replace the tab by spaces; YAML is indented with spaces only."
    message = "A tab stands here, where only spaces may."
    reading.error(offset, "", message, hint)
    told = {reading.lines.place(offset).line}
    for found in list(_INDENT_TAB.finditer(reading.text, offset))[:20]:
        at = found.end() - 1
        line = reading.lines.place(at).line
        if line not in told:
            told.add(line)
            reading.error(at, "", message, hint)
