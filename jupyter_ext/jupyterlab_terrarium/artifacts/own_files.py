"""What we add to a prefix that is not in the store: which version it is, its lock, its kernels."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..models.lock import Lock
from . import activation
from .form import Subject
from .identity import PATH, identity_bytes, identity_of
from .laid_out import LaidOut
from .pieces import STAND_IN, Entry, in_text, whole
from .placeholders import PLACEHOLDER

OWN = ".terrarium"
#: Where kernels lie that may be copied into a user's Jupyter.
KERNELS = f"{OWN}/kernels"
_ODD = re.compile(r"[^a-z0-9._]+")
_IN_PREFIX = "share/jupyter/kernels"


def version_file(work: Path, form: str, subject: Subject, platform: str) -> Entry:
    """The file that says which version this is."""
    data = identity_bytes(identity_of(subject, platform, form))
    file = work / "version.json"
    file.write_bytes(data)
    return Entry(PATH, "file", source=file, pieces=whole(len(data)))


def activation_scripts(work: Path, subject: Subject, laid_out: LaidOut) -> list[Entry]:
    """``bin/activate`` and ``bin/deactivate``, where no package has them."""
    taken = [entry.path for entry in laid_out.entries]
    active = activation.read(laid_out.prefix, STAND_IN, subject, taken)
    found = []
    for path, text, executable in activation.scripts(active, None):
        if path not in taken:
            data = text.replace(PLACEHOLDER, STAND_IN).encode()
            file = work / path.replace("/", "-")
            file.write_bytes(data)
            found.append(Entry(path, "file", executable, file, in_text(data)))
    return found


def kernels(work: Path, subject: Subject, prefix: Path) -> dict[str, list[Entry]]:
    """The kernels of *prefix* as a user's Jupyter lists them, by name; ``work`` holds the files."""
    found = {}
    for own in sorted((prefix / _IN_PREFIX).glob("*/kernel.json")):
        kernel = own.parent.name
        # A package chose the word: it is a path, and stands in a shell script.
        word = _ODD.sub("-", kernel.lower()).strip("-") or "kernel"
        name = subject.label if kernel == "python3" else f"{subject.label}-{word}"
        found[name] = list(_kernel(work, subject, own, name))
    return found


def _kernel(work: Path, subject: Subject, own: Path, name: str) -> Iterator[Entry]:
    data = _document(subject, own).encode()
    file = work / f"{name}.json"
    file.write_bytes(data)
    yield Entry(f"{KERNELS}/{name}/kernel.json", "file", source=file, pieces=in_text(data))
    for logo in sorted(own.parent.glob("logo-*")):
        size = logo.stat().st_size
        yield Entry(f"{KERNELS}/{name}/{logo.name}", "file", source=logo, pieces=whole(size))


def _document(subject: Subject, own: Path) -> str:
    """https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs"""
    found: dict[str, Any] = json.loads(own.read_bytes())
    argv = [str(word) for word in found.get("argv", [])]
    if argv and "/" not in argv[0]:
        argv[0] = f"{STAND_IN}/bin/{argv[0]}"
    label = f"{subject.name} {subject.number}"
    if own.parent.name != "python3":
        label += f" · {found.get('display_name') or own.parent.name}"
    own_variables = found.get("env") or {}
    document = {
        **found,
        "argv": argv,
        "display_name": label,
        "env": {
            **own_variables,
            **variables(subject.lock),
            "CONDA_PREFIX": STAND_IN,
            "PATH": f"{STAND_IN}/bin:${{PATH}}",
            "PYTHONNOUSERSITE": "1",
        },
    }
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def variables(lock: Lock) -> dict[str, str]:
    """Those that the specification sets, except what every kernel sets itself."""
    ours = ("PATH", "CONDA_PREFIX")
    return {key: value for key, value in sorted(lock.variables.items()) if key not in ours}
