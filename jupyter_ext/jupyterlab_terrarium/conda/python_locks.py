"""Locks of Python packages alone: what ``pylock.toml`` and hashed requirements have in common.

They name wheels with their hashes and no conda package; :mod:`.python_for_lock` finds the Python
that they are for. Those that Terrarium wrote bring their conda packages along, and are read like an
explicit list.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from ..models.problem import Place
from .lockfile_entries import refuse
from .lockfile_text import MAX_BYTES
from .specification.text import shown
from .wheel_tags import Target

#: Such a file has some hundred bytes a wheel; reading TOML takes its time.
MAX_PYTHON_BYTES = MAX_BYTES // 4

_SYSTEMS = {
    "linux": ("posix", "linux", "Linux"),
    "osx": ("posix", "darwin", "Darwin"),
    "win": ("nt", "win32", "Windows"),
}


@dataclass(frozen=True)
class LockedFile:
    """A file that may be taken for a package. ``url`` is empty where an index has to be asked."""

    sha256: str
    name: str = ""
    url: str = ""
    size: int = 0


@dataclass(frozen=True)
class LockedProject:
    """A Python package in the version that is locked; nothing of it is believed yet.

    ``lacking`` says why it has no file that could be taken, where it has none.
    """

    name: str
    version: str
    files: tuple[LockedFile, ...]
    marker: str = ""
    requires_python: str = ""
    lacking: str = ""
    place: Place | None = None


@dataclass(frozen=True)
class PythonLock:
    """What such a file says.

    ``environments`` are markers, of which one has to hold; ``groups`` are the dependency groups
    that are installed unless others are asked for.
    """

    packages: tuple[LockedProject, ...]
    requires_python: str = ""
    environments: tuple[str, ...] = ()
    groups: frozenset[str] = field(default_factory=frozenset)


def check_python_size(text: str) -> None:
    """Raise :class:`InvalidLock` for a text that is too large to be meant."""
    if len(text) > MAX_PYTHON_BYTES:
        refuse(
            f"The lockfile has {len(text) / 1e6:.1f} MB; {MAX_PYTHON_BYTES / 1e6:.1f} MB is the "
            "limit for one of Python packages.",
            "Check that this is a lockfile and not a data file.",
        )


def specifiers(text: str, whose: str) -> SpecifierSet:
    """Versions of Python, as PEP 440 writes them. Raises :class:`InvalidLock`."""
    try:
        found = SpecifierSet(text)
    except InvalidSpecifier:
        refuse(f"`{shown(text)}`, the Python that {whose} needs, is no version specifier.")
    if any(one.operator == "===" for one in found):
        refuse(f"`{shown(text)}`, the Python that {whose} needs, is compared as text.")
    return found


def holds(marker: str, target: Target, groups: frozenset[str], whose: str) -> bool:
    """Whether *marker* holds for CPython on *target*, without extras.

    Raises :class:`InvalidLock`.
    """
    if not marker:
        return True
    environment = {**_environment(target), "extras": frozenset(), "dependency_groups": groups}
    try:
        return Marker(marker).evaluate(environment, context="lock_file")
    except (
        InvalidMarker,
        UndefinedComparison,
        UndefinedEnvironmentName,
        KeyError,
        RecursionError,
    ):
        refuse(f"`{shown(marker)}`, when {whose} is wanted, is no marker that can be read.")


def _environment(target: Target) -> dict[str, str | frozenset[str]]:
    os_name, sys_platform, system = _SYSTEMS[target.platform.split("-", 1)[0]]
    return {
        "implementation_name": "cpython",
        "implementation_version": target.python,
        "os_name": os_name,
        "platform_machine": target.machine,
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": system,
        "platform_version": "",
        "python_full_version": target.python,
        "python_version": ".".join(target.python.split(".")[:2]),
        "sys_platform": sys_platform,
    }
