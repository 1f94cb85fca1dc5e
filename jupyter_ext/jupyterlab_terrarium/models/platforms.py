"""Conda platforms (subdirs) and which one this host is."""

from __future__ import annotations

import platform as _platform
import sys
from typing import Literal, get_args

Platform = Literal[
    "linux-64",
    "linux-aarch64",
    "linux-ppc64le",
    "osx-64",
    "osx-arm64",
    "win-64",
    "win-arm64",
]
PLATFORMS: tuple[str, ...] = get_args(Platform)


def host_platform() -> str:
    """The conda subdir of this host, e.g. ``linux-64``."""
    machine = _platform.machine().lower()
    if sys.platform == "darwin":
        return "osx-arm64" if machine in ("arm64", "aarch64") else "osx-64"
    if sys.platform.startswith("win"):
        return "win-arm64" if machine in ("arm64", "aarch64") else "win-64"
    return {"x86_64": "linux-64", "amd64": "linux-64", "aarch64": "linux-aarch64"}.get(
        machine, f"linux-{machine}"
    )
