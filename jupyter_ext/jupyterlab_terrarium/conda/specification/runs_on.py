"""``runs-on``: the machine that the environment is for, as overrides of virtual packages.

The values mean what conda's ``CONDA_OVERRIDE_*`` variables mean (conda docs, *Managing virtual
packages*): with ``cuda: "12.4"`` an environment for GPUs is solved on a machine without one.
"""

from __future__ import annotations

import difflib
import re

from ...models.specification import RunsOn
from .document import Mapping, Node, Scalar
from .reading import Reading
from .text import shown

_VERSION = re.compile(r"\d{1,6}(\.\d{1,6}){0,3}")
_ARCHSPEC = re.compile(r"[a-z0-9][a-z0-9_]{0,40}")
_EXAMPLES = {
    "cuda": "12.4",
    "glibc": "2.28",
    "linux": "5.10",
    "osx": "13.0",
    "win": "10.0",
    "archspec": "x86_64_v3",
}


def read_runs_on(reading: Reading, node: Node, path: str) -> RunsOn:
    """The overrides; anything but the known keys and plausible values is an error."""
    if isinstance(node, Scalar) and node.kind == "nothing":
        return RunsOn()
    if not isinstance(node, Mapping):
        reading.error(
            node,
            path,
            f"`{path}` must be a mapping, not a {node.kind}.",
            f'Write it like `{path}:` and on the next line `  cuda: "12.4"`.',
        )
        return RunsOn()
    values: dict[str, str] = {}
    for key, value in node.entries.values():
        here = f"{path}/{shown(key.text, 30)}"
        name = key.text.strip().removeprefix("__")
        if name != key.text or name not in _EXAMPLES:
            near = difflib.get_close_matches(name.lower(), _EXAMPLES, 1, 0.6)
            reading.error(
                key,
                here,
                f"`{shown(key.text, 30)}` is not a key of `{path}`.",
                (f"Did you mean `{near[0]}`? " if near else "")
                + f"Its keys are: {', '.join(_EXAMPLES)}.",
            )
        elif (text := _value(reading, name, key, value, here)) is not None:
            values[name] = text
    return RunsOn(**values)


def _value(reading: Reading, name: str, key: Scalar, node: Node, path: str) -> str | None:
    example = f'{name}: "{_EXAMPLES[name]}"'
    if not isinstance(node, Scalar) or node.kind in ("nothing", "truth value"):
        what = "nothing" if isinstance(node, Scalar) and node.kind == "nothing" else node.kind
        at = key if what == "nothing" else node
        verb = "has no value" if what == "nothing" else f"must be a text, not a {what}"
        reading.error(at, path, f"`{name}` {verb}.", f"Write it like `{example}`.")
        return None
    text = node.text.strip()
    pattern = _ARCHSPEC if name == "archspec" else _VERSION
    if text and pattern.fullmatch(text) is None:
        what = "microarchitecture" if name == "archspec" else "version"
        reading.error(
            node, path, f"`{shown(text, 30)}` is not a {what}.", f"Write it like `{example}`."
        )
        return None
    if node.kind == "number" and not _is_lossless(text):
        reading.error(
            node,
            path,
            f"`{text}` is a number in YAML and would be read as {float(text):g} elsewhere.",
            f'Put it in quotes: `{name}: "{text}"`.',
        )
        return None
    return text


def _is_lossless(text: str) -> bool:
    """Whether a program that reads *text* as a number writes the same text again."""
    try:
        return (repr(float(text)) if "." in text else str(int(text))) == text
    except ValueError:
        return False
