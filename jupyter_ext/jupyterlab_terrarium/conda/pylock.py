"""Reading ``pylock.toml`` (PEP 751), which anybody may have written.

https://packaging.python.org/en/latest/specifications/pylock-toml/
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .explicit_list import ExplicitList, package_entry, platform_of
from .lockfile_entries import Entry, not_valid, refuse
from .lockfile_extras import Extras
from .lockfile_parts import check_number
from .lockfile_text import MAX_DEPTH
from .name_map import normalize
from .python_locks import LockedFile, LockedProject, PythonLock, check_python_size

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)


class _File(_Part):
    name: str = ""
    url: str = ""
    size: int = Field(default=0, ge=0, lt=1 << 50)
    hashes: dict[str, str] = {}


class _Package(_Part):
    name: str
    version: str = ""
    marker: str = ""
    requires_python: str = Field(default="", alias="requires-python")
    wheels: list[_File] = []
    archive: _File | None = None
    vcs: dict[str, Any] | None = None
    directory: dict[str, Any] | None = None


class _Ours(_Part):
    platform: str = ""
    conda: list[str] | None = None
    extras: str = "{}"


class _Tool(_Part):
    terrarium: _Ours = _Ours()


class _Document(_Part):
    lock_version: str = Field(alias="lock-version")
    environments: list[str] = []
    requires_python: str = Field(default="", alias="requires-python")
    default_groups: list[str] = Field(default=[], alias="default-groups")
    packages: list[_Package]
    tool: _Tool = _Tool()


def read_pylock(text: str) -> PythonLock | ExplicitList:
    """What a pylock.toml locks; as an explicit list where it has its conda packages, too.

    Raises :class:`InvalidLock`.
    """
    document = _parse(text)
    packages = tuple(_project(one) for one in document.packages)
    ours = document.tool.terrarium
    if ours.conda is not None:
        return _explicit(ours, packages)
    return PythonLock(
        packages=packages,
        requires_python=document.requires_python,
        environments=tuple(document.environments),
        groups=frozenset(document.default_groups),
    )


def _parse(text: str) -> _Document:
    check_python_size(text)
    try:
        content = tomllib.loads(text)
        _check_depth(content)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        why = str(error) if isinstance(error, ValueError) else "it is nested too deeply"
        refuse(f"This pylock.toml is not TOML: {why}.", "Get the lockfile again.")
    version = str(content.get("lock-version", ""))
    if version.split(".")[0] != "1":
        refuse(
            f"This pylock.toml has the version {version[:20]!r}; 1 is the only one known.",
            "Lock again with another tool, or upgrade jupyterlab-terrarium.",
        )
    listed = content.get("packages")
    check_number(len(listed) if isinstance(listed, list) else 0)
    try:
        return _Document.model_validate(content)
    except ValidationError as error:
        raise not_valid(error) from None


def _check_depth(content: object) -> None:
    """Raise ``RecursionError`` for what no lockfile is nested like."""
    level = [content]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    if level:
        raise RecursionError


def _project(package: _Package) -> LockedProject:
    wheels = list(package.wheels)
    if package.archive is not None and urlsplit(package.archive.url).path.endswith(".whl"):
        wheels.append(package.archive)
    # A wheel with a path only lies beside the lockfile, on the machine that wrote it.
    files = [one for one in wheels if one.url]
    lacking = ""
    if package.directory is not None or package.vcs is not None:
        lacking = "it comes from a directory or a repository, so no file of it is locked"
    elif wheels and not files:
        lacking = "its wheels are paths of the machine that made the lockfile"
    elif not files:
        lacking = "it has no wheel, and only wheels can be installed from a lock"
    return LockedProject(
        name=package.name,
        version=package.version,
        files=tuple(
            LockedFile(
                sha256=one.hashes.get("sha256", ""),
                name=one.name or unquote(urlsplit(one.url).path.rpartition("/")[2]),
                url=one.url,
                size=one.size,
            )
            for one in files
        ),
        marker=package.marker,
        requires_python=package.requires_python,
        lacking=lacking,
    )


def _explicit(ours: _Ours, packages: tuple[LockedProject, ...]) -> ExplicitList:
    entries = [package_entry(line, None) for line in ours.conda or []]
    check_number(len(entries) + len(packages))
    platform = platform_of([ours.platform] if ours.platform else [], entries)
    entries += [
        Entry(
            manager="pip",
            name=normalize(one.name),
            version=one.version,
            platform="",
            url=file.url,
            sha256=file.sha256,
        )
        for one in packages
        for file in one.files or [LockedFile("")]
    ]
    placed = [replace(entry, platform=platform) for entry in entries]
    return ExplicitList(platform, placed, Extras.from_text(ours.extras))
