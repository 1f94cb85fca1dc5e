"""Locks with a real Python, a wheel and a kernel: for what the tiny channel has nothing of."""

from __future__ import annotations

import json
from pathlib import Path

from install.wheel_help import make_wheel

from install.install_help import make_lock, make_package, solve_lock
from jupyterlab_terrarium.models.lock import Lock


def snake_locks(directory: Path, channel_url: str) -> dict[int, Lock]:
    """Two locks that differ in their wheel, so that it is fetched and compiled anew."""
    python = solve_lock(channel_url, ["python"]).platforms[0].conda
    kernel = {"argv": ["python"], "display_name": "Python", "language": "python"}
    files = {"share/jupyter/kernels/python3/kernel.json": json.dumps(kernel)}
    spec = make_package(directory, "kernel", files)
    return {
        number: make_lock([*python, spec], [make_wheel(directory, "wheely", f"{number}.0")])
        for number in (1, 2)
    }
