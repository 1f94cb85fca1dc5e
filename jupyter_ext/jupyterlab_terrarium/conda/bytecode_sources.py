"""Where the sources of byte code come from: verified packages, never the prefix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..models.lock import CondaPackage, PlatformLock
from .files import sha256_of
from .runner import PythonInfo, find_python
from .seal import Entry, altered_file, open_entry


@dataclass(frozen=True)
class Origin:
    """One package. ``files`` maps paths in the prefix to paths within the package.

    Without files that hold the prefix: their byte code would carry it into other prefixes.
    ``package`` and ``entry`` are there for conda packages, ``wheel`` for wheels.
    """

    name: str
    sha256: str
    files: Mapping[str, str]
    package: CondaPackage | None = None
    entry: Entry | None = None
    wheel: Path | None = None

    def sources(self, scratch: Path) -> Path | None:
        """A directory with the package's files, after reading all; ``None`` if one is altered.

        The check comes after the last program of the prefix ran: prefixes are hard links into
        the cache, so such a program could have written to it. Raises ``OSError``.
        """
        if self.package is not None and self.entry is not None:
            top = self.entry.directory
            found = open_entry(top.parent.parent, self.package)
            return top if found is not None and altered_file(found) is None else None
        if self.wheel is None or sha256_of(self.wheel) != self.sha256:
            return None
        from zipfile import ZipFile

        with ZipFile(self.wheel) as archive:
            archive.extractall(scratch, [name for name in self.files.values() if _is_plain(name)])
        return scratch


def _is_plain(name: str) -> bool:
    return name.endswith(".py") and not name.startswith("/") and ".." not in name.split("/")


def find_origins(
    part: PlatformLock,
    records: Iterable[Mapping[str, Any]],
    entries: Mapping[str, Entry],
    wheels: Path,
) -> list[Origin]:
    """The packages of a prefix; *records* are its ``conda-meta``, *entries* by SHA-256."""
    python = find_python(part)
    if python is None:
        return []
    by_name = {package.name: package for package in part.conda}
    origins = [
        _conda_origin(by_name[record["name"]], record, entries, python) for record in records
    ]
    if not part.pip:
        return origins
    from .pip_install import wheel_path
    from .wheel_files import read_wheel

    for package in part.pip:
        wheel = wheel_path(wheels, package)
        members = read_wheel(wheel, python).members
        origins.append(Origin(package.name, package.sha256, members, wheel=wheel))
    return origins


def _conda_origin(
    package: CondaPackage,
    record: Mapping[str, Any],
    entries: Mapping[str, Entry],
    python: PythonInfo,
) -> Origin:
    # CEP 20: noarch packages hold `site-packages/`, which lands where this Python has it.
    start = f"{python.site_packages}/" if package.noarch == "python" else ""
    files = {
        path: f"site-packages/{path[len(start) :]}" if start and path.startswith(start) else path
        for row in record["paths_data"]["paths"]
        if row["path_type"] == "hardlink" and not row.get("prefix_placeholder")
        for path in [str(row["_path"])]
    }
    entry = entries[package.sha256]
    return Origin(package.name, package.sha256, files, package=package, entry=entry)
