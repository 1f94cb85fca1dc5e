"""What must not be left behind."""

from __future__ import annotations

from pathlib import Path

import psutil

from jupyterlab_terrarium.store.paths import MANIFEST, Layout


def processes_of(root: Path) -> list[str]:
    """Command lines of build workers, solver processes and their children that work on *root*.

    They carry the root in their command line, environment or working directory.
    """
    found = []
    for process in psutil.process_iter(["pid", "cmdline"]):
        command = " ".join(process.info["cmdline"] or [])
        if process.pid == psutil.Process().pid or "pytest" in command:
            continue
        try:
            environment = process.environ()
            touches = str(root) in command or str(root) in " ".join(environment.values())
            ours = "jupyterlab_terrarium" in command or str(root / "prefixes") in command
            in_prefix = process.exe().startswith(str(root))
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
        if (touches and ours) or in_prefix:
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
