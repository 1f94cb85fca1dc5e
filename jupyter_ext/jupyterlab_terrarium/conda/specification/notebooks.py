"""A notebook written into a specification: its code cells, and what it is called.

Two forms: the text of an ``.ipynb`` file (nbformat 4), or a script whose cells begin with ``# %%``
as editors and Jupytext write it (the *percent* format).
"""

from __future__ import annotations

import json
import re
from typing import Any

_CELL = re.compile(r"^# ?%%(.*)$", re.MULTILINE)
_PROSE = ("[markdown]", "[md]", "[raw]")
_TITLE = 60


def code_cells(text: str) -> list[str]:
    """The code cells of a notebook, in their order, empty ones left out.

    Raises ``ValueError`` with a sentence when *text* is neither a script nor a notebook.
    """
    if text.lstrip().startswith("{"):
        cells = [_source(cell) for cell in _nbformat(text) if cell.get("cell_type") == "code"]
    else:
        first, *marked = _CELL.split(text)
        pairs = zip(marked[::2], marked[1::2], strict=True)
        cells = [first, *(code for kind, code in pairs if not _is_prose(kind))]
    found = [cell.strip("\n") for cell in cells if cell.strip()]
    if not found:
        raise ValueError("It has no cell with code.")
    return found


def title(text: str) -> str:
    """A line that tells the notebook from others: its first words, at most 60 characters."""
    first = _source(_nbformat(text)[0]) if text.lstrip().startswith("{") else text
    words = (line.strip("#% \t") for line in first.splitlines())
    line = next((line for line in words if line and line not in _PROSE), "notebook")
    return line if len(line) <= _TITLE else f"{line[: _TITLE - 1]}…"


def _is_prose(kind: str) -> bool:
    return any(word in kind for word in _PROSE)


def _nbformat(text: str) -> list[dict[str, Any]]:
    try:
        notebook = json.loads(text)
        cells = notebook["cells"]
        # Old notebooks, of nbformat 3, have `worksheets` in place of `cells`.
        if not cells or not all(isinstance(cell, dict) for cell in cells):
            raise ValueError("no cells")
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ValueError("It begins like an .ipynb file, but is none of nbformat 4.") from None
    return list(cells)


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)
