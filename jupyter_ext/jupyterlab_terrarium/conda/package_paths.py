"""Which rows of a package's ``info/paths.json`` are accepted, before anything is linked.

A package is the channel's word, right SHA-256 or not: it may try to have files written or read
outside of the prefix, by names, by symbolic links in the place of files, or by links in the place
of the two directories that are written to while a prefix is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..models.build_problem import BuildFailed

# Where the installer itself writes: names as file systems without case would read them.
OURS = ".terrarium"
CONDA_META = "conda-meta"
_KINDS = frozenset({"hardlink", "softlink", "directory"})
_HINT = "Do not use this package, and tell the channel's owner."


def malformed(directory: Path, why: str) -> BuildFailed:
    """The error for a package whose list of files cannot be used."""
    return BuildFailed(f"{directory.name} has a malformed info/paths.json: {why}.", hint=_HINT)


def check_row(directory: Path, row: object) -> None:
    """Refuse a row of the wrong form. Raises :class:`BuildFailed`."""
    if not isinstance(row, dict):
        raise malformed(directory, f"{str(row)[:100]!r} is not an entry")
    path, size, sha256 = row.get("_path"), row.get("size_in_bytes"), row.get("sha256")
    if not isinstance(path, str) or not path or "\0" in path:
        raise malformed(directory, f"{str(path)[:100]!r} is not a path")
    if row.get("path_type") not in _KINDS:
        raise malformed(directory, f"{path[:100]} is of no known type")
    if size is not None and (not isinstance(size, int) or size < 0):
        raise malformed(directory, f"{path[:100]} has no proper size")
    if sha256 is not None and not isinstance(sha256, str):
        raise malformed(directory, f"{path[:100]} has no proper SHA-256")


def check_files(directory: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Refuse rows that lead out of the prefix or into what the installer writes itself.

    *directory* is the extracted package. Raises :class:`BuildFailed`, also for files that are
    not there.
    """
    plain: set[str] = {""}
    for row in rows:
        path, kind = str(row["_path"]), row["path_type"]
        parts = path.split("/")
        if path.startswith("/") or ".." in parts:
            raise _outside(directory, path)
        first = parts[0].lower()
        if first == OURS or (first == CONDA_META and _steers_conda(parts, kind)):
            raise BuildFailed(
                f"{directory.name} wants to put {path} where only the installer writes.",
                hint=_HINT,
            )
        for length in range(1, len(parts)):
            parent = "/".join(parts[:length])
            if parent not in plain:
                if (directory / parent).is_symlink():
                    raise _outside(directory, path)
                plain.add(parent)
        file = directory / path
        if kind == "hardlink" and file.is_symlink():
            raise BuildFailed(
                f"{directory.name} calls {path} a file, and it is a symbolic link.", hint=_HINT
            )
        if kind == "hardlink" and not file.is_file():
            raise BuildFailed(f"{directory.name} does not hold its file {path}.", hint=_HINT)
        if kind == "softlink" and not file.is_symlink():
            raise malformed(directory, f"{path[:100]} is not a symbolic link")


def _steers_conda(parts: list[str], kind: object) -> bool:
    """Whether a path in ``conda-meta`` is, or redirects, what the installer writes there."""
    name = parts[-1].lower()
    return len(parts) == 1 or kind == "softlink" or name.endswith(".json") or name == "history"


def _outside(directory: Path, path: str) -> BuildFailed:
    return BuildFailed(
        f"{directory.name} wants to write outside of its prefix: {path[:300]}.", hint=_HINT
    )
