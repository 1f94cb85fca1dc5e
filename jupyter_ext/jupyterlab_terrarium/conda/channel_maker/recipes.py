"""Files that a wheel makes only when it is asked after installation, and a conda package ships.

conda-forge's recipes run such commands while building; here their result is written down.
"""

from __future__ import annotations

import json

from .archive import Entry
from .wheel import Layout, WheelFile


def extra_entries(wheel: WheelFile, entries: list[Entry], layout: Layout) -> list[Entry]:
    """Files to add to the package of *wheel*; usually none."""
    if wheel.project == "bash-kernel":
        return _bash_kernel(entries, layout)
    return []


def _bash_kernel(entries: list[Entry], layout: Layout) -> list[Entry]:
    """What ``python -m bash_kernel.install --sys-prefix`` writes."""
    directory = "share/jupyter/kernels/bash"
    present = {entry.path: entry for entry in entries}
    if f"{directory}/kernel.json" in present:
        return []
    spec = {
        "argv": ["python", "-m", "bash_kernel", "-f", "{connection_file}"],
        "codemirror_mode": "shell",
        "display_name": "Bash",
        "env": {"PS1": "$"},
        "language": "bash",
    }
    found = [Entry.of(f"{directory}/kernel.json", json.dumps(spec, indent=1) + "\n")]
    logo = present.get(f"{layout.site_packages}/bash_kernel/resources/logo-svg.svg")
    if logo is not None:
        found.append(Entry(f"{directory}/logo-svg.svg", logo.read))
    return found
