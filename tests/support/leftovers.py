"""What must not be left behind."""

from __future__ import annotations

import os
from pathlib import Path

import psutil

from jupyterlab_terrarium.store.paths import MANIFEST, Layout


def processes_of(root: Path) -> list[str]:
    """Command lines of build workers, solver processes and their children that work on *root*.

    They carry the root in their command line, environment or working directory.
    """
    found, own = [], os.getpid()
    for process in psutil.process_iter(["pid", "cmdline"]):
        command = " ".join(process.info["cmdline"] or [])
        if process.pid == own or not command or "pytest" in command:
            continue
        ours = "jupyterlab_terrarium" in command or str(root / "prefixes") in command
        try:
            touches = ours and (
                str(root) in command or str(root) in " ".join(process.environ().values())
            )
            in_prefix = process.exe().startswith(str(root))
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
        if touches or in_prefix:
            found.append(f"{process.pid} {command}")
    return found


def half_prefixes(layout: Layout) -> list[Path]:
    """Prefixes without a manifest: invisible, and the next build of them tidies up."""
    return [
        prefix
        for prefix in layout.prefixes.iterdir()
        if not prefix.name.startswith(".") and not (prefix / MANIFEST).exists()
    ]


def visible(layout: Layout) -> list[Path]:
    """Stable links of environments."""
    return [link for link in layout.envs.glob("*/envs/*") if link.is_symlink()]
