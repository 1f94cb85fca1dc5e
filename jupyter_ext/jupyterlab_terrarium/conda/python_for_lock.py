"""The Python that a lock of Python packages is installed into.

The wheels are taken as they are locked: among the files of each package the one that fits best, as
pip and uv choose. Only Python itself, with what it needs, is solved: the newest that the lock
permits and that all of its packages have a wheel for.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from ..models.lock import Lock, PlatformLock
from ..models.specification import CondaRequirement, PipRequirement, Specification
from .lockfile_entries import Entry, fail, refuse
from .lockfile_extras import Extras
from .lockfile_parts import lock_of
from .name_map import distributions, normalize
from .pip_errors import explain
from .pip_lock import python_target
from .python_locks import LockedFile, LockedProject, PythonLock, holds, specifiers
from .uv_compile import Compilation, locate_wheels
from .uv_run import Indexes
from .virtual_packages import virtual_packages
from .wheel_tags import Target, best_wheel

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

#: Minor versions of Python 3 that are tried; the newest that there is comes first.
_MINORS = range(8, 21)

#: Solves a specification for the platform in question.
Solve = Callable[[Specification], Awaitable[PlatformLock]]


async def lock_with_python(
    listed: PythonLock, platform: str, *, solve: Solve, indexes: Indexes, channels: Sequence[str]
) -> Lock:
    """*listed* with the Python that *solve* finds for it, for *platform* alone.

    *indexes* are asked where it does not say where a file lies. *channels* are those that *solve*
    looks into, as they are written.

    Raises :class:`InvalidLock` where there is none, and what *solve* and uv raise.
    """
    permitted = specifiers(listed.requires_python, "the lockfile")
    minors = [one for one in _MINORS if _permits(permitted, one)]
    # A long lock has tens of thousands of wheels to be looked at, and others wait for the loop.
    fitting = await asyncio.to_thread(_fitting, listed, platform, minors)
    if not fitting:
        newest = minors[-1] if minors else _MINORS[-1]
        _refuse_all(listed, permitted, _assumed(platform, newest))
    while True:
        part = await solve(_specification(permitted, fitting))
        target = python_target(part)
        found = await _with_addresses(listed, target, indexes)
        wrong = await asyncio.to_thread(_unfit, found, target)
        if wrong is None:
            return await asyncio.to_thread(_lock, found, part, target, channels)
        # Here more is known than the lockfile says: the next best Python may do.
        minor = Version(target.python).minor
        fitting = [one for one in fitting if one < minor]
        if not fitting:
            fail(*wrong)


def _fitting(listed: PythonLock, platform: str, minors: Sequence[int]) -> list[int]:
    """Those of *minors* that every package of *listed* has a wheel for, as far as it says."""
    assumed = {minor: _assumed(platform, minor) for minor in minors}
    targets = {minor: target for minor, target in assumed.items() if _is_meant(listed, target)}
    # Package by package, so that the name of each wheel is read once.
    for one in listed.packages:
        targets = {
            minor: target
            for minor, target in targets.items()
            if not _is_wanted(one, listed, target) or _lacks(one, target) is None
        }
    return list(targets)


def _permits(permitted: SpecifierSet, minor: int) -> bool:
    # A bound on the last number only is the solver's affair.
    return any(permitted.contains(f"3.{minor}.{last}", prereleases=True) for last in (0, 99))


def _assumed(platform: str, minor: int) -> Target:
    """CPython on the machine that solves assume, before one is solved for."""
    virtual = virtual_packages(platform, Specification().runs_on)
    python, abi = f"3.{minor}.99", f"cp3{minor}"
    glibc, osx = virtual.get("__glibc", "2.28"), virtual.get("__osx", "13.0")
    return Target(platform, python, abi, glibc=glibc, osx=osx)


def _specification(permitted: SpecifierSet, minors: Sequence[int]) -> Specification:
    wanted = "python " + "|".join(f"3.{minor}.*" for minor in minors)
    bounds = ",".join(
        str(one).removeprefix("==") if one.version.endswith(".*") else str(one)
        for one in sorted(permitted, key=str)
        if not (one.operator == "!=" and one.version.endswith(".*"))
    )
    texts = [wanted, *([f"python {bounds}"] if bounds else [])]
    return Specification(
        conda=[CondaRequirement(name="python", matchspec=text, text=text) for text in texts]
    )


def _wanted(listed: PythonLock, target: Target) -> list[LockedProject]:
    return [one for one in listed.packages if _is_wanted(one, listed, target)]


def _is_wanted(project: LockedProject, listed: PythonLock, target: Target) -> bool:
    return holds(project.marker, target, listed.groups, project.name[:80])


def _unfit(listed: PythonLock, target: Target) -> tuple[Entry, str, str] | None:
    """Why the lock cannot be installed into *target*, about the first package concerned."""
    for one in _wanted(listed, target):
        wrong = _lacks(one, target)
        if wrong is not None:
            return _entry(one, LockedFile(""), target.platform), *wrong
    return None


def _lacks(project: LockedProject, target: Target) -> tuple[str, str] | None:
    """Why *project* cannot be installed into *target*, and what to do."""
    needs = specifiers(project.requires_python, f"the package {project.name[:80]}")
    where = f"Python {'.'.join(target.python.split('.')[:2])} on {target.platform}"
    if not needs.contains(target.python, prereleases=True):
        return f"it needs Python {needs}, and not {where}", "Lock again for one Python."
    if project.lacking:
        return project.lacking, "Replace it by a version that has a wheel, and lock again."
    if all(file.url for file in project.files) and _best(project, target) is None:
        why = f"none of its wheels is for {where}"
        return why, "Lock again for this platform; or take it from conda."
    return None


def _refuse_all(listed: PythonLock, permitted: SpecifierSet, target: Target) -> None:
    """Say why no Python at all will do."""
    _check_environment(listed, target)
    wrong = _unfit(listed, target)
    if wrong is not None and _permits(permitted, Version(target.python).minor):
        fail(*wrong)
    refuse(
        f"There is no Python 3 that the lockfile permits ({permitted}) and that all of its "
        "packages have a wheel for.",
        "Lock again for one Python.",
    )


def _best(project: LockedProject, target: Target) -> LockedFile | None:
    by_name = {file.name: file for file in project.files}
    chosen = best_wheel(list(by_name), target)
    return None if chosen is None else by_name[chosen]


async def _with_addresses(listed: PythonLock, target: Target, indexes: Indexes) -> PythonLock:
    """*listed*, with what the index says of files whose address is not known.

    Only files with one of the hashes that are listed are taken.
    """
    wanted = [one for one in _wanted(listed, target) if not all(file.url for file in one.files)]
    if not wanted:
        return listed
    lines = {f"{one.name}=={one.version}": one for one in wanted}
    with tempfile.TemporaryDirectory(prefix="terrarium-pip-") as work:
        answer = await locate_wheels(Compilation(list(lines), [], target, indexes), Path(work))
    if not answer.ok:
        asked = [
            PipRequirement(name=normalize(one.name), requirement=line, text=line, place=one.place)
            for line, one in lines.items()
        ]
        raise explain(answer.said, asked, {}, target)
    known = {
        normalize(str(one["name"])): one.get("wheels", [])
        for one in tomllib.loads(answer.output).get("packages", [])
    }
    packages = tuple(
        _addressed(one, known.get(normalize(one.name), [])) if one in wanted else one
        for one in listed.packages
    )
    return replace(listed, packages=packages)


def _addressed(project: LockedProject, wheels: list[dict[str, Any]]) -> LockedProject:
    meant = {file.sha256.lower() for file in project.files}
    files = tuple(
        LockedFile(sha256, name=str(one.get("name", "")) or url.rsplit("/", 1)[-1], url=url, size=0)
        for one in wheels
        if (url := str(one.get("url", "")))
        and (sha256 := str(one.get("hashes", {}).get("sha256", "")).lower()) in meant
    )
    lacking = "" if files else "the index has no wheel of it with one of the hashes that are listed"
    return replace(project, files=files, lacking=lacking)


def _lock(found: PythonLock, part: PlatformLock, target: Target, channels: Sequence[str]) -> Lock:
    _check_environment(found, target)
    provided = distributions(part.conda)
    entries = []
    for one in _wanted(found, target):
        best = _best(one, target)
        entry = _entry(one, best or LockedFile(""), part.platform)
        conda = provided.get(normalize(one.name))
        if conda is None:
            entries.append(entry)
        elif not _same(conda.version, one.version):
            fail(
                entry,
                f"conda's Python brings {conda.name} {conda.version}, and it is {one.version[:40]}",
                "Take it out of the lockfile, or write a specification.",
            )
    wheels = lock_of(entries, platforms=[part.platform], channels=[], extras=Extras())
    whole = part.model_copy(update={"pip": wheels.platforms[0].pip})
    return Lock(platforms=[whole], channels=list(channels))


def _is_meant(listed: PythonLock, target: Target) -> bool:
    environments = listed.environments
    return not environments or any(
        holds(one, target, listed.groups, "the lockfile") for one in environments
    )


def _check_environment(found: PythonLock, target: Target) -> None:
    if not _is_meant(found, target):
        refuse(
            f"The lockfile is not for Python {target.python} on {target.platform}.",
            "Ask for one that is; its `environments` say what it is for.",
        )


def _same(one: str, other: str) -> bool:
    try:
        return Version(one) == Version(other)
    except InvalidVersion:
        return one == other


def _entry(project: LockedProject, file: LockedFile, platform: str) -> Entry:
    requested = f"{normalize(project.name)}=={project.version}"
    facts = {"requested": requested, **({"size": file.size} if file.size else {})}
    return Entry(
        manager="pip",
        name=project.name,
        version=project.version,
        platform=platform,
        url=file.url,
        sha256=file.sha256,
        facts=facts,
        place=project.place,
    )
