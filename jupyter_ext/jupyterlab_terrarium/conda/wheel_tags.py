"""Which wheels run on a platform, best first (PEP 425, PEP 600, PEP 656)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

_MACHINES = {
    "linux-64": "x86_64",
    "linux-aarch64": "aarch64",
    "linux-ppc64le": "ppc64le",
    "osx-64": "x86_64",
    "osx-arm64": "arm64",
    "win-64": "amd64",
    "win-arm64": "arm64",
}
#: The manylinux targets that uv knows beside 2_17 (uv pip compile --help, 0.13).
_UV_MANYLINUX = (40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 28, 17)
_LEGACY = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}


@dataclass(frozen=True)
class Target:
    """A Python on a platform. ``abi`` is ``cp313`` or, for free-threaded Python, ``cp313t``."""

    platform: str
    python: str
    abi: str
    glibc: str = "2.28"
    osx: str = "13.0"

    @property
    def machine(self) -> str:
        """The processor, as Python's ``platform.machine()`` names it."""
        name = _machine(self.platform)
        return name.upper() if self.platform.startswith("win-") else name

    @property
    def uv_platform(self) -> str | None:
        """uv's name of the platform; ``None`` when it knows none."""
        if self.platform in ("linux-64", "linux-aarch64"):
            minor = next((m for m in _UV_MANYLINUX if m <= _minor(self.glibc)), 17)
            return f"{_MACHINES[self.platform]}-manylinux_2_{minor}"
        return {
            "osx-64": "x86_64-apple-darwin",
            "osx-arm64": "aarch64-apple-darwin",
            "win-64": "x86_64-pc-windows-msvc",
            "win-arm64": "aarch64-pc-windows-msvc",
        }.get(self.platform)

    def tags(self) -> list[Tag]:
        """Tags of wheels that can be used, best first."""
        parts = re.findall(r"\d+", self.python)
        version = (int(parts[0]), int(parts[1]))
        platforms = _platforms(self)
        interpreter = f"cp{version[0]}{version[1]}"
        return [
            *cpython_tags(version, [self.abi], platforms),
            *compatible_tags(version, interpreter, platforms),
        ]


def _minor(glibc: str) -> int:
    numbers = re.findall(r"\d+", glibc)
    return int(numbers[1]) if len(numbers) > 1 else 17


def _machine(platform: str) -> str:
    return _MACHINES.get(platform, platform.split("-", 1)[-1])


def _platforms(target: Target) -> list[str]:
    machine = _machine(target.platform)
    if target.platform.startswith("win-"):
        return [f"win_{machine}"]
    if target.platform.startswith("osx-"):
        major, _, minor = target.osx.partition(".")
        return list(mac_platforms((int(major), int(minor.split(".")[0] or 0)), machine))
    lowest = 5 if machine == "x86_64" else 17
    names = []
    for level in range(_minor(target.glibc), lowest - 1, -1):
        names.append(f"manylinux_2_{level}_{machine}")
        if level in _LEGACY:
            names.append(f"{_LEGACY[level]}_{machine}")
    return [*names, f"linux_{machine}"]


@lru_cache(maxsize=32)
def _ranks(target: Target) -> Mapping[Tag, int]:
    return {tag: rank for rank, tag in enumerate(target.tags())}


@lru_cache(maxsize=4096)
def _parsed(file_name: str) -> tuple[tuple[int, str] | tuple[()], frozenset[Tag]] | None:
    try:
        _, _, build, tags = parse_wheel_filename(file_name)
    except InvalidWheelFilename:
        return None
    return build, tags


def best_wheel(file_names: list[str], target: Target) -> str | None:
    """The best of *file_names* for *target*; ``None`` when none can be used."""
    ranks = _ranks(target)
    best: tuple[int, tuple[int, str], str] | None = None
    for file_name in file_names:
        parsed = _parsed(file_name)
        if parsed is None:
            continue
        build, tags = parsed
        rank = min((ranks[tag] for tag in tags if tag in ranks), default=None)
        if rank is None:
            continue
        number = build if build else (0, "")
        # Of two equally specific wheels the one with the higher build tag counts (PEP 427).
        candidate = (rank, (-number[0], number[1]), file_name)
        if best is None or candidate < best:
            best = candidate
    return best[2] if best else None
