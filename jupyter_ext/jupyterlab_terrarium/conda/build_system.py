"""How a source wants to be built: `build-system` of its pyproject.toml (PEP 517, PEP 518)."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_MAX_BYTES = 1 << 20
_MAX_REQUIRES = 100


class Unbuildable(Exception):
    """The source cannot be built; the text says why, as the end of a sentence about it."""


@dataclass(frozen=True)
class BuildSystem:
    """Requirements by name, ``module:object`` of the backend, where in the source it may lie."""

    requires: list[str]
    backend: str
    backend_path: list[str]


#: What PEP 517 prescribes where the source says nothing.
LEGACY = BuildSystem(["setuptools>=40.8.0"], "setuptools.build_meta:__legacy__", [])


def read_build_system(source: Path) -> BuildSystem:
    """That of the directory *source*. Raises :class:`Unbuildable`."""
    path = source / "pyproject.toml"
    if not path.is_file():
        if not (source / "setup.py").is_file():
            raise Unbuildable("it has neither pyproject.toml nor setup.py")
        return LEGACY
    if path.stat().st_size > _MAX_BYTES:
        raise Unbuildable("its pyproject.toml is too large")
    try:
        table = tomllib.loads(path.read_text("utf-8")).get("build-system", {})
    except (ValueError, RecursionError) as error:
        raise Unbuildable(f"its pyproject.toml cannot be read: {error}") from None
    if not isinstance(table, dict):
        raise Unbuildable("its build-system is not a table")
    if "requires" not in table:
        return LEGACY
    backend, paths = table.get("build-backend", LEGACY.backend), table.get("backend-path", [])
    if not isinstance(backend, str) or not _are_texts(paths):
        raise Unbuildable("its build-backend or backend-path is not a text")
    for one in map(PurePosixPath, paths):
        if one.is_absolute() or ".." in one.parts:
            raise Unbuildable(f"its backend-path leads outside of it: {str(one)[:200]!r}")
    return BuildSystem(read_requirements(table["requires"]), backend, paths)


def read_requirements(given: Any) -> list[str]:
    """Requirements by name, as PEP 508 writes them. Raises :class:`Unbuildable`."""
    if not _are_texts(given) or len(given) > _MAX_REQUIRES:
        raise Unbuildable("what it needs to be built is no list of requirements")
    requirements = []
    for text in given:
        try:
            one = Requirement(text)
        except (InvalidRequirement, RecursionError):
            raise Unbuildable(
                f"it needs {text[:200]!r} to be built, which is no requirement"
            ) from None
        if one.url:
            raise Unbuildable(f"it needs {text[:200]!r} to be built, which is on no index")
        requirements.append(str(one))
    return requirements


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
