"""``repodata.json`` of the small channel inside a bundle.

Standard: https://docs.conda.io/projects/conda-build/en/latest/concepts/generating-index.html
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..models.build_problem import BuildFailed
from ..models.lock import CondaPackage

#: Fields of ``info/index.json`` that installers and solvers read, beside those of the lock.
_KEPT = ("license", "license_family", "timestamp", "track_features", "arch", "platform")
_MAX_INDEX = 4 * 1024 * 1024


def repodata(subdir: str, packages: Sequence[tuple[CondaPackage, Path]]) -> bytes:
    """The index of *subdir*: of those *packages* (with their files) that are in it.

    What the solver was told of a package (its dependencies, perhaps mended by the channel) is
    taken from the lock, the rest from the package file. Raises :class:`BuildFailed`.
    """
    found: dict[str, dict[str, Any]] = {"packages": {}, "packages.conda": {}}
    for package, file in packages:
        if package.subdir == subdir:
            kind = "packages.conda" if package.file_name.endswith(".conda") else "packages"
            found[kind][package.file_name] = _record(package, file)
    document = {"info": {"subdir": subdir}, **found, "removed": [], "repodata_version": 1}
    return (json.dumps(document, indent=1, sort_keys=True) + "\n").encode()


def _record(package: CondaPackage, file: Path) -> dict[str, Any]:
    index = read_index(package, file)
    record = {key: index[key] for key in _KEPT if index.get(key)}
    record |= {
        "name": package.name,
        "version": package.version,
        "build": package.build,
        "build_number": package.build_number,
        "subdir": package.subdir,
        "depends": list(package.depends),
        # A lock that came as a file has none: its format has no field for them.
        "constrains": list(package.constrains) or index.get("constrains", []),
        "sha256": package.sha256,
        "size": file.stat().st_size,
    }
    optional = {
        "md5": package.md5,
        "noarch": package.noarch,
        "python_site_packages_path": package.python_site_packages_path,
    }
    return record | {key: value for key, value in optional.items() if value}


def read_index(package: CondaPackage, file: Path) -> dict[str, Any]:
    """``info/index.json`` of the package file *file*. Raises :class:`BuildFailed`."""
    from conda_package_streaming.package_streaming import stream_conda_info

    with file.open("rb") as stream:
        members = stream_conda_info(package.file_name, stream)
        try:
            for tar, member in members:
                if member.name == "info/index.json":
                    content = tar.extractfile(member)
                    index = json.loads(b"" if content is None else content.read(_MAX_INDEX))
                    if isinstance(index, dict):
                        return index
        except (ValueError, LookupError, OSError, RecursionError) as error:
            raise _broken(package, str(error)) from error
        finally:
            members.close()
    raise _broken(package, "it is not there")


def _broken(package: CondaPackage, why: str) -> BuildFailed:
    return BuildFailed(
        f"{package.file_name} has no readable info/index.json.",
        "The channel published a broken package: exclude this build of it, and tell its owner.",
        raw=why,
    )
