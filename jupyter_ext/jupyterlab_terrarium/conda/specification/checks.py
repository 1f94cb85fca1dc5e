"""``checks``: what must work before a version may become current by itself.

The words are those of a conda recipe's ``test`` section (CEP 14): ``imports`` and ``commands``;
``notebooks`` is ours: texts, never paths, because a specification may come from anybody.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from ...models.specification import Check, CheckKind
from .document import Mapping, Node, Scalar, Sequence
from .limits import MAX_CHECKS
from .notebooks import code_cells
from .reading import Reading
from .text import shown

_MODULE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_KINDS: dict[str, CheckKind] = {
    "imports": "import",
    "commands": "command",
    "notebooks": "notebook",
}
_CELLS = (
    "Write `- |` and below it, indented, the cells, each after a line `# %%`; or paste the text of "
    "an .ipynb file."
)
_EXAMPLE = "Write it like `checks:` and on the next line `  imports: [numpy]`."


def read_checks(reading: Reading, node: Node, path: str) -> list[Check]:
    """The checks in the order of the text; anything else is an error."""
    if isinstance(node, Scalar) and node.kind == "nothing":
        return []
    if not isinstance(node, Mapping):
        reading.error(node, path, f"`{path}` must be a mapping, not a {node.kind}.", _EXAMPLE)
        return []
    checks: list[Check] = []
    for key, value in node.entries.values():
        here = f"{path}/{shown(key.text, 30)}"
        if key.text not in _KINDS:
            near = difflib.get_close_matches(key.text[:40].lower(), _KINDS, 1, 0.6)
            reading.error(
                key,
                here,
                f"`{shown(key.text, 30)}` is not a kind of check.",
                (f"Did you mean `{near[0]}`? " if near else "")
                + f"The kinds are: {', '.join(_KINDS)}.",
            )
            continue
        checks += _entries(reading, _KINDS[key.text], value, here)
    if len(checks) > MAX_CHECKS:
        reading.error(node, path, f"There are more than {MAX_CHECKS} checks.", "Keep the telling.")
    return checks


def _entries(reading: Reading, kind: CheckKind, node: Node, path: str) -> Iterator[Check]:
    if not isinstance(node, Sequence):
        reading.error(
            node, path, f"`{path}` must be a list, not a {node.kind}.", "Write `- ` before each."
        )
        return
    for number, item in enumerate(node.items):
        here = f"{path}/{number}"
        text = item.text.strip() if isinstance(item, Scalar) else ""
        if not isinstance(item, Scalar) or item.kind == "nothing" or not text:
            what = "nothing" if isinstance(item, Scalar) else f"a {item.kind}"
            reading.error(item, here, f"A check must be a text, not {what}.", _EXAMPLE)
        elif kind == "import" and _MODULE.fullmatch(text) is None:
            reading.error(
                item,
                here,
                f"`{shown(text, 40)}` cannot be imported: it is no name of a module.",
                "Write the name as Python imports it, e.g. `sklearn` for scikit-learn.",
            )
        elif kind == "notebook" and (wrong := _wrong_notebook(text)):
            reading.error(item, here, f"A notebook in `{path}` cannot be run. {wrong}", _CELLS)
        else:
            yield Check(kind=kind, text=text, place=reading.lines.place(item.start))


def _wrong_notebook(text: str) -> str:
    if "\n" not in text and text.endswith((".ipynb", ".py")):
        # The server has no directory of whoever wrote this, and must not read one of its own.
        return f"`{shown(text, 40)}` is the name of a file; what counts is what is in it."
    try:
        code_cells(text)
    except ValueError as error:
        return str(error)
    return ""
