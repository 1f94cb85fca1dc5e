"""Reading requirements that pip would check by their hashes; anybody may have written them.

https://pip.pypa.io/en/stable/topics/secure-installs/#hash-checking-mode - every line is pinned
with ``==`` (or names the file) and has its hashes. Those that Terrarium wrote have the address of
each wheel behind it and the conda packages in comments, and are read like an explicit list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from packaging.requirements import InvalidRequirement, Requirement

from ..models.problem import Place
from .explicit import CONDA
from .explicit_list import ExplicitList, package_entry, platform_of
from .lockfile_entries import Entry, refuse
from .lockfile_extras import Extras
from .lockfile_parts import check_number
from .name_map import normalize
from .python_locks import LockedFile, LockedProject, PythonLock, check_python_size
from .specification.text import shown

_HASHES = re.compile(r"(?:\s+--hash[= ][A-Za-z0-9_]+:[0-9A-Fa-f]+)+\s*$")
_SHA256 = re.compile(r"--hash[= ]sha256:([0-9A-Fa-f]+)")
_COMMENT = re.compile(r"(?:^|\s)#\s*(?P<said>.*)$")
_PLATFORM = re.compile(r"# platform: (\S{1,40})")
#: As pip-compile and uv write it above what they have compiled.
_PYTHON = re.compile(
    r"^#.*(?:by pip-compile with Python |--python-version[ =])(\d\.\d{1,2})\b", re.MULTILINE
)
#: What says nothing about where files come from, and holds for every lock anyway.
_IGNORED = ("--only-binary", "--require-hashes", "--no-deps", "--prefer-binary")
_UNPINNED = (
    "Lock them (`uv pip compile --generate-hashes`, `pip-compile --generate-hashes`); or write a "
    "specification with `python`, and list them under `pip:`."
)


@dataclass
class _Read:
    packages: list[LockedProject] = field(default_factory=list)
    conda: list[Entry] = field(default_factory=list)
    platforms: list[str] = field(default_factory=list)
    options: list[tuple[str, Place]] = field(default_factory=list)


def read_requirements(text: str) -> PythonLock | ExplicitList:
    """What the lines lock; as an explicit list where they have their conda packages, too.

    Raises :class:`InvalidLock` with the place of the first that is wrong.
    """
    check_python_size(text)
    read = _Read()
    for line, place in _lines(text):
        if line.startswith(CONDA):
            read.conda.append(package_entry(line.removeprefix(CONDA), place))
        elif found := _PLATFORM.fullmatch(line):
            read.platforms.append(found[1])
        elif line.startswith("-"):
            read.options.append((line, place))
        elif not line.startswith("#"):
            read.packages.append(_project(line, place))
        check_number(len(read.packages) + len(read.conda))
    extras = Extras.noted(text)
    if read.conda and extras is not None:
        return _explicit(read, extras)
    for option, place in read.options:
        _check_option(option, place)
    python = _PYTHON.search(text)
    return PythonLock(
        packages=tuple(read.packages), requires_python=f"=={python[1]}.*" if python else ""
    )


def _lines(text: str) -> Iterator[tuple[str, Place]]:
    """Lines that say something, those that go on joined, with the place where each begins."""
    parts: list[str] = []
    begun = 0
    for number, line in enumerate(text.splitlines(), 1):
        begun = begun if parts else number
        goes_on = line.endswith("\\") and not line.lstrip().startswith("#")
        parts.append(line.removesuffix("\\") if goes_on else line)
        if not goes_on:
            joined = " ".join(map(str.strip, parts)).strip()
            parts = []
            if joined:
                yield joined, Place(line=begun, column=1)
    if parts and (joined := " ".join(map(str.strip, parts)).strip()):
        yield joined, Place(line=begun, column=1)


def _project(line: str, place: Place) -> LockedProject:
    comment = _COMMENT.search(line)
    said = comment["said"].strip() if comment else ""
    plain = line[: comment.start()].rstrip() if comment else line
    hashes = _HASHES.search(plain)
    text = plain[: hashes.start()].strip() if hashes else plain
    if hashes is None:
        _refuse_line(plain, "has no `--hash`, so nothing says which file was meant", place)
    try:
        requirement = Requirement(text)
    except (InvalidRequirement, RecursionError):
        _refuse_line(plain, "is no requirement that can be read", place)
    sha256 = [one.lower() for one in _SHA256.findall(hashes[0])]
    if not sha256:
        _refuse_line(plain, "has no SHA-256", place)
    url = requirement.url or ""
    if url:
        version = _version_of(url)
    else:
        pins = list(requirement.specifier)
        version = pins[0].version if len(pins) == 1 and pins[0].operator == "==" else ""
        if not version or "*" in version:
            _refuse_line(plain, "is not pinned with `==`", place)
        # Only ours have it there; it is checked like every address.
        url = said if re.fullmatch(r"[a-z0-9]+://\S+\.whl", said) else ""
    name = unquote(urlsplit(url).path.rpartition("/")[2]) if url else ""
    return LockedProject(
        name=requirement.name,
        version=version,
        files=tuple(LockedFile(one, name=name, url=url) for one in sha256),
        marker=str(requirement.marker or ""),
        place=place,
    )


def _version_of(url: str) -> str:
    """The version that the name of a file says (PEP 427); empty when it is no wheel's."""
    parts = unquote(urlsplit(url).path.rpartition("/")[2]).split("-")
    return parts[1] if len(parts) > 4 else ""


def _check_option(line: str, place: Place) -> None:
    option = re.split(r"[\s=]", line, maxsplit=1)[0]
    if option not in _IGNORED:
        refuse(
            f"Line {place.line}: `{shown(option, 40)}` is not read in a lockfile. Files come from "
            "the addresses in it, or from the index of this store.",
            "Take the line out; a specification may name an index under `pip:`.",
            place,
        )


def _explicit(read: _Read, extras: Extras) -> ExplicitList:
    platform = platform_of(read.platforms, read.conda)
    entries = [
        *read.conda,
        *(
            Entry(
                manager="pip",
                name=normalize(one.name),
                version=one.version,
                platform=platform,
                url=one.files[0].url,
                sha256=one.files[0].sha256,
                place=one.place,
            )
            for one in read.packages
        ),
    ]
    return ExplicitList(platform, [replace(one, platform=platform) for one in entries], extras)


def _refuse_line(line: str, why: str, place: Place) -> NoReturn:
    refuse(f"Line {place.line}: `{shown(line, 80)}` {why}.", _UNPINNED, place)
