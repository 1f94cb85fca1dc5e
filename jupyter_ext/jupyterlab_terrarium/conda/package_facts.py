"""What shapes a prefix, taken from the verified packages instead of from the lock.

A lock can be written by anybody, and its digest names package files but nothing of their records.
Where files go and in which order packages are linked is therefore read from each package's own
``info/index.json``, whose bytes have the SHA-256 that is in the digest: equal digests make equal
prefixes, and no field of a lock leads out of one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..models.build_problem import BuildFailed
from ..models.lock import CondaPackage, PlatformLock, is_site_packages
from .seal import Entry

_HINT = "The channel published a broken package: exclude this build of it, and tell its owner."


def true_part(part: PlatformLock, entries: Mapping[str, Entry]) -> PlatformLock:
    """*part* with the records that its packages have about themselves.

    *entries* are the cache entries by SHA-256. Raises :class:`BuildFailed`.
    """
    conda = [_true_package(package, entries[package.sha256]) for package in part.conda]
    return part.model_copy(update={"conda": conda})


def _true_package(package: CondaPackage, entry: Entry) -> CondaPackage:
    index = read_index(entry)
    named = (str(index.get("name", "")).lower(), index.get("version"), index.get("build"))
    if named != (package.name.lower(), package.version, package.build):
        raise BuildFailed(
            f"The lock calls a package {package.name} {package.version} {package.build}, the "
            f"package itself says {' '.join(str(word) for word in named)}.",
            hint="Make a new version, so that the environment is solved again.",
        )
    noarch = index.get("noarch")
    number = index.get("build_number")
    return package.model_copy(
        update={
            "noarch": "python" if noarch == "python" else "generic" if noarch else "",
            "depends": _texts(package, index, "depends"),
            "constrains": _texts(package, index, "constrains"),
            "build_number": number if isinstance(number, int) and 0 <= number < 2**63 else 0,
            "python_site_packages_path": _site_packages(package, index),
        }
    )


def read_index(entry: Entry) -> dict[str, Any]:
    """``info/index.json`` of a cache entry. Raises :class:`BuildFailed`."""
    try:
        index = json.loads((entry.directory / "info/index.json").read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise BuildFailed(
            f"{entry.directory.name} has no readable info/index.json.", hint=_HINT, raw=str(error)
        ) from error
    if not isinstance(index, dict):
        raise BuildFailed(f"{entry.directory.name} has a malformed info/index.json.", hint=_HINT)
    return index


def _texts(package: CondaPackage, index: Mapping[str, Any], key: str) -> list[str]:
    value = index.get(key) or []
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise BuildFailed(
            f"{package.file_name}: {key} in its info/index.json is not a list of texts.", hint=_HINT
        )
    return value


def _site_packages(package: CondaPackage, index: Mapping[str, Any]) -> str:
    """CEP 17's field, which only the `python` package has."""
    path = index.get("python_site_packages_path")
    if package.name != "python" or not path:
        return ""
    about = (package.name, package.version, package.build, package.subdir)
    if not isinstance(path, str) or not is_site_packages(path, *about):
        raise BuildFailed(
            f"{package.file_name} wants Python packages in a directory that no Python uses: "
            f"{str(path)[:200]!r}.",
            hint="Do not use this package, and tell the channel's owner.",
        )
    return path
