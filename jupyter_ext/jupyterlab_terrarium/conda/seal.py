"""One entry of the shared package cache: an extracted package file and the seal that guards it.

An entry is ``<packages>/<sha256 of the package file>/`` with the extracted package in a directory
``<name>-<version>-<build>`` and ``seal.json`` beside it. The entry appears by one rename, after
the bytes that were extracted had the SHA-256 of the lock. The seal records what the package's own
``info/paths.json`` cannot vouch for: that file itself, the other metadata that steer linking, the
targets of symbolic links, and files that ``paths.json`` has no (or a wrong) hash for.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..models.build_problem import BuildFailed
from ..models.lock import CondaPackage
from .files import sha256_of, write_atomically
from .package_paths import check_files, check_row, malformed

# 2: packages that redirect the installer's own directories are refused.
FORMAT = 2
SEAL = "seal.json"
_METADATA = ("index.json", "paths.json", "link.json")


@dataclass(frozen=True)
class Entry:
    """A cached package. ``lenient``: its ``paths.json`` is wrong, so only the seal can judge it."""

    sha256: str
    directory: Path
    lenient: bool = False
    extra: dict[str, str] = field(default_factory=dict)


def entry_name(package: CondaPackage) -> str:
    """``name-version-build``, which is also py-rattler's name for it in a cache layer."""
    return f"{package.name}-{package.version}-{package.build}"


def read_paths(directory: Path) -> list[dict[str, Any]]:
    """The entries of ``info/paths.json`` (CEP 34); for older packages, of ``info/files``.

    Raises ``OSError``, and :class:`BuildFailed` when they are malformed.
    """
    try:
        document = json.loads((directory / "info/paths.json").read_bytes())
    except FileNotFoundError:
        names = (directory / "info/files").read_text("utf-8").splitlines()
        return [
            {
                "_path": name,
                "path_type": "softlink" if (directory / name).is_symlink() else "hardlink",
            }
            for name in names
            if name
        ]
    except (ValueError, RecursionError) as error:
        raise malformed(directory, str(error)) from error
    paths = document.get("paths") if isinstance(document, dict) else None
    if not isinstance(paths, list):
        raise malformed(directory, "there is no list of paths")
    for row in paths:
        check_row(directory, row)
    return paths


def seal(directory: Path, sha256: str, lenient: bool = False) -> None:
    """Write the seal of a package that was just extracted from verified bytes.

    Raises :class:`BuildFailed` for a package that no prefix can be made of.
    """
    paths = read_paths(directory)
    check_files(directory, paths)
    links = {
        path["_path"]: str(Path(directory, path["_path"]).readlink())
        for path in paths
        if path["path_type"] == "softlink"
    }
    extra = {
        path["_path"]: sha256_of(directory / path["_path"])
        for path in paths
        if path["path_type"] == "hardlink" and (lenient or not path.get("sha256"))
    }
    document = {
        "format": FORMAT,
        "sha256": sha256,
        "metadata": _metadata(directory),
        "links": links,
        "extra": extra,
        "lenient": lenient,
    }
    data = json.dumps(document, sort_keys=True, indent=1).encode()
    write_atomically(directory.parent / SEAL, data)


def reseal(entry: Entry) -> Entry:
    """Seal a fresh entry whose own ``paths.json`` is wrong: from now on the seal judges it."""
    seal(entry.directory, entry.sha256, lenient=True)
    document = json.loads((entry.directory.parent / SEAL).read_bytes())
    return Entry(entry.sha256, entry.directory, lenient=True, extra=document["extra"])


def open_entry(packages: Path, package: CondaPackage) -> Entry | None:
    """The entry of *package* if it is there and its seal is whole, else ``None``.

    Does not read the files that ``paths.json`` has hashes for: py-rattler does that, on all
    cores, right before it links them (``ValidationMode.full``).
    """
    return _open(packages / package.sha256 / entry_name(package), package.sha256)


def _open(directory: Path, sha256: str) -> Entry | None:
    try:
        document = json.loads((directory.parent / SEAL).read_bytes())
        whole = (
            document["format"] == FORMAT
            and document["sha256"] == sha256
            and document["metadata"] == _metadata(directory)
            and all(
                (directory / path).readlink() == Path(target)
                for path, target in document["links"].items()
            )
            and all(
                sha256_of(directory / path) == known for path, known in document["extra"].items()
            )
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not whole:
        return None
    return Entry(sha256, directory, document["lenient"], document["extra"])


def altered_in(place: Path) -> str | None:
    """The first path below *place*, ``<packages>/<sha256>``, that is not as it was sealed."""
    directories = [item for item in place.iterdir() if item.name != SEAL]
    if len(directories) != 1:
        return "."
    entry = _open(directories[0], place.name)
    if entry is None:
        return SEAL
    path = None if entry.lenient else altered_file(entry)
    return None if path is None else f"{entry.directory.name}/{path}"


def altered_file(entry: Entry) -> str | None:
    """The first file whose content is not what ``paths.json`` says, or ``None``. Reads them all."""
    try:
        paths = read_paths(entry.directory)
    except (OSError, ValueError, BuildFailed):
        return "info/paths.json"
    for path in paths:
        if path["path_type"] != "hardlink" or path["_path"] in entry.extra:
            continue
        file = entry.directory / path["_path"]
        try:
            size = path.get("size_in_bytes")
            if size is not None and file.stat().st_size != size:
                return str(path["_path"])
            if sha256_of(file) != path.get("sha256"):
                return str(path["_path"])
        except OSError:
            return str(path["_path"])
    return None


def _metadata(directory: Path) -> dict[str, str | None]:
    hashes: dict[str, str | None] = {}
    for name in _METADATA:
        try:
            hashes[name] = hashlib.sha256((directory / "info" / name).read_bytes()).hexdigest()
        except FileNotFoundError:
            hashes[name] = None
    return hashes
