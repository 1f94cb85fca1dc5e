"""``variables``: environment variables that a kernel or command of the environment starts with."""

from __future__ import annotations

import re

from .document import Mapping, Node, Scalar
from .limits import MAX_NAME, MAX_VARIABLE
from .reading import Reading
from .text import shown

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SHELL = "It decides which programs and libraries run, before the environment is active."
_REFUSED: dict[str, str] = {
    "PATH": "Activation sets it; a program belongs in a package.",
    "LD_LIBRARY_PATH": "Libraries of the environment are found without it.",
    "LD_PRELOAD": _SHELL,
    "LD_AUDIT": _SHELL,
    "BASH_ENV": _SHELL,
    "ENV": _SHELL,
    "PYTHONHOME": "It would make Python look for its library outside the environment.",
    "PYTHONNOUSERSITE": "Terrarium sets it, so that user packages do not leak in.",
    "CONDA_PREFIX": "Activation sets it.",
    "CONDA_DEFAULT_ENV": "Activation sets it.",
    "VIRTUAL_ENV": "A conda environment is no virtual environment.",
}
_REFUSED_START = ("DYLD_",)


def read_variables(reading: Reading, node: Node, path: str) -> dict[str, str]:
    """Names and values as text. Numbers and truth values are taken as they are written."""
    if isinstance(node, Scalar) and node.kind == "nothing":
        return {}
    if not isinstance(node, Mapping):
        reading.error(
            node,
            path,
            f"`{path}` must be a mapping, not a {node.kind}.",
            'Write each on a line of its own, e.g. `  OMP_NUM_THREADS: "4"`.',
        )
        return {}
    variables: dict[str, str] = {}
    for key, value in node.entries.values():
        name = key.text
        here = f"{path}/{shown(name, 30)}"
        if _name_is_good(reading, key, here) and _value_is_good(reading, value, key, here):
            assert isinstance(value, Scalar)
            variables[name] = value.text
    return variables


def _name_is_good(reading: Reading, key: Scalar, path: str) -> bool:
    name = shown(key.text, 40)
    upper = key.text.upper()
    if _NAME.fullmatch(key.text) is None or len(key.text) > MAX_NAME:
        reading.error(
            key,
            path,
            f"`{name}` cannot name an environment variable.",
            "Names have letters, digits and `_`, and do not begin with a digit.",
        )
        return False
    if upper in _REFUSED or upper.startswith(_REFUSED_START):
        why = _REFUSED.get(upper, _SHELL)
        reading.error(key, path, f"The variable `{name}` cannot be set here. {why}", "Remove it.")
        return False
    if upper == "PYTHONPATH":
        reading.notice(
            key,
            path,
            "`PYTHONPATH` mixes files from outside into the environment: what runs is then not "
            "what was locked.",
            "Make a wheel of the code and list it under `pip:`.",
        )
    if upper.startswith("CONDA_OVERRIDE_"):
        short = key.text[len("CONDA_OVERRIDE_") :].lower()
        reading.notice(
            key,
            path,
            f"`{name}` is not used when packages are chosen.",
            f"Write `runs-on:` with `{short}:` below it.",
        )
    return True


def _value_is_good(reading: Reading, value: Node, key: Scalar, path: str) -> bool:
    name = shown(key.text, 40)
    if not isinstance(value, Scalar) or value.kind == "nothing":
        at = key if isinstance(value, Scalar) else value
        reading.error(
            at,
            path,
            f"`{name}` has no value."
            if isinstance(value, Scalar)
            else f"The value of `{name}` must be a text, not a {value.kind}.",
            'Write the value in quotes; `""` for an empty one.',
        )
        return False
    control = _CONTROL.search(value.text)
    if control or len(value.text) > MAX_VARIABLE:
        what = (
            f"holds the control character {shown(control[0])}"
            if control
            else f"has {len(value.text):,} characters"
        )
        reading.error(value, path, f"The value of `{name}` {what}.", "Shorten or clean it.")
        return False
    if value.kind != "text":
        reading.notice(
            value,
            path,
            f"`{shown(value.text, 30)}` is a {value.kind} in YAML; it is taken as the text "
            "that stands there.",
            "Put it in quotes: other programs may change it on reading.",
        )
    return True
