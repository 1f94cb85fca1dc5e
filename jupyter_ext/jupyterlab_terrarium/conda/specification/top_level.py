"""The small keys, and words for documents that are no specification at all."""

from __future__ import annotations

import difflib

from ...models.names import is_name, suggest_name
from ...models.problem import Finding
from .document import Mapping, Node, Scalar
from .limits import MAX_NAME
from .reading import Placed, Reading
from .text import shown

_EXAMPLE = "A specification lists packages: `dependencies:`, and below it `  - python=3.12`."
_MEANT: dict[str, str] = {
    "pip-repositories": "Write `--extra-index-url URL` as an entry of `pip:`.",
    "environment": "Environment variables belong under `variables:`.",
    "env": "Environment variables belong under `variables:`.",
    "packages": "Packages belong under `dependencies:`.",
    "requirements": "Packages belong under `dependencies:`.",
    "includes": "Other files are not read; copy their entries here.",
    "extends": "Other files are not read; copy their entries here.",
    "category": "Make an environment of its own for each category.",
    "dev-dependencies": "Make an environment of its own for development.",
    "virtual-packages": "Write `runs-on:`.",
}


def explain_empty(reading: Reading) -> None:
    """Add the error for a text without a document."""
    reading.error(0, "", "The specification is empty.", _EXAMPLE)


def explain_root(reading: Reading, root: Node) -> None:
    """Add the error for a document that is no mapping."""
    if isinstance(root, Scalar) and root.kind == "nothing":
        reading.error(0, "", "The specification is empty.", _EXAMPLE)
    elif isinstance(root, Scalar):
        reading.error(
            root, "", f"A specification is a mapping of keys, not a {root.kind}.", _EXAMPLE
        )
    else:
        reading.error(
            root,
            "",
            "A specification is a mapping of keys, not a list.",
            "Write `dependencies:` above the list.",
        )


def is_lockfile(root: Mapping) -> bool:
    """Whether this looks like a lockfile of conda-lock or pixi."""
    keys = set(root.entries)
    return "dependencies" not in keys and (
        {"package", "metadata"} <= keys or {"packages", "environments"} <= keys
    )


def explain_lockfile(reading: Reading, root: Node) -> None:
    """Add the error for a lockfile in the place of a specification."""
    reading.error(
        root,
        "",
        "This is a lockfile, not a specification.",
        "Import it as a file (`jupyter terrarium import FILE`), or give the environment.yml it "
        "came from.",
    )


def explain_missing(reading: Reading, at: Placed, near: list[str]) -> None:
    """Add the error for a specification that asks for nothing."""
    if near:
        hint = f"Write `dependencies` in place of `{shown(near[0], 30)}`."
    else:
        hint = "List packages: `dependencies:`, and below it `  - python=3.12`."
    reading.error(at, "dependencies", "There are no `dependencies`.", hint)


def unknown_key(reading: Reading, key: Scalar, known: list[str]) -> None:
    """Add the notice for a key that is not ours; `pip` in this place is an error."""
    name = shown(key.text, 40)
    if key.text == "pip":
        reading.error(
            key,
            name,
            "`pip` stands beside `dependencies`; it belongs in that list.",
            "Write `  - pip:` as the last entry of `dependencies`, and its lines below it.",
        )
        return
    near = difflib.get_close_matches(key.text[:40].lower().replace("_", "-"), known, 1, 0.7)
    hint = _MEANT.get(key.text.replace("_", "-"), "")
    if near:
        hint = f"Did you mean `{near[0]}`?"
    reading.notice(
        key,
        name,
        f"The key `{name}` is not known and has no effect.",
        hint or f"Known keys are: {', '.join(known)}.",
    )


def read_name(reading: Reading, node: Node, path: str) -> str | None:
    """The name as written, or None. It is a suggestion: the maker chooses the final one."""
    if isinstance(node, Scalar) and node.kind == "nothing":
        return None
    if not isinstance(node, Scalar):
        reading.error(
            node, path, f"`name` must be a text, not a {node.kind}.", "Write `name: analysis`."
        )
        return None
    text = node.text.strip()
    suggestion = suggest_name(text)
    fix = f"Write `name: {suggestion}`." if suggestion else "Write `name: analysis`."
    bad = next((c for c in text if not c.isprintable()), None)
    if not text or bad or len(text) > MAX_NAME or ".." in text or set(text) & set("/\\:#"):
        reading.error(node, path, f"`{shown(text)}` cannot name an environment.", fix)
        return None
    if not is_name(text):
        reading.notice(
            node,
            path,
            f"`{shown(text)}` is not a name for environments here"
            + (f"; it becomes `{suggestion}`." if suggestion else "."),
            "Names have lower-case letters and digits, joined by single `.`, `_` or `-`.",
        )
    return text


def read_priority(reading: Reading, node: Node, path: str) -> str:
    """``strict`` (the default) or ``flexible``."""
    if isinstance(node, Scalar) and node.text in ("strict", "flexible"):
        return node.text
    what = shown(node.text, 30) if isinstance(node, Scalar) else f"a {node.kind}"
    reading.error(
        node,
        path,
        f"`{path}` is `strict` or `flexible`, not `{what}`.",
        "`strict`: a package comes from the first channel that has it. "
        "`flexible`: a later channel may fill in versions.",
    )
    return "strict"


def sort_by_place(findings: list[Finding]) -> list[Finding]:
    """*findings* in the order of the text."""
    return sorted(findings, key=lambda f: (f.place.line, f.place.column) if f.place else (0, 0))
