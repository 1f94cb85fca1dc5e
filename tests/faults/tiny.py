"""A channel of packages so small that a build takes a moment; their kernel is a shell."""

from __future__ import annotations

import json
from pathlib import Path

from install.install_help import PLACEHOLDER, make_lock, make_package
from jupyterlab_terrarium.models.lock import Lock

VERSIONS = (1, 2, 3)
_KERNEL = {"argv": ["sh", "-c", "sleep 1"], "language": "sh"}


def tiny_channel(directory: Path) -> dict[int, Lock]:
    """``tiny``, which has a kernel, in three versions, each beside ``grain``: a lock for each."""
    grain = make_package(directory, "grain", {"share/grain": "sand"})
    found = {}
    for number in VERSIONS:
        files = {f"share/tiny/{n}": f"{number} {n}" for n in range(4)}
        kernel = {**_KERNEL, "display_name": f"Shell {number}"}
        files["share/jupyter/kernels/sh/kernel.json"] = json.dumps(kernel)
        files["bin/tiny"] = f"#!/bin/sh\necho {PLACEHOLDER} {number}\n"
        links = {"share/one": "tiny/1"}
        tiny = make_package(directory, "tiny", files, version=f"{number}.0", links=links)
        found[number] = make_lock([tiny, grain])
    return found


def specification(number: int, extra: str = "") -> str:
    """``tiny`` in version *number*; *extra* makes another prefix of the same packages."""
    lines = [f"dependencies: [tiny ={number}, grain]"]
    if extra:
        lines.append(f"variables: {{EXTRA: {extra}}}")
    return "\n".join(lines) + "\n"
