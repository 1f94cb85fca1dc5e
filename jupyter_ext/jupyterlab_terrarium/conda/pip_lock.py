"""Locking the ``pip:`` section from the solved conda records, before any prefix exists.

uv resolves; wheels only, be they built from source just before (``pip_sources``). Each Python
package that conda provides is handed to uv as an empty wheel of the same name and version, by URL
in the constraints: so uv asks no index about it, cannot choose another version, and its
dependencies stay conda's affair. See ``docs/channels.md``.
"""

from __future__ import annotations

import re
import secrets
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from zipfile import ZipFile, ZipInfo

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import InvalidVersion, Version

from ..models.build_problem import SolveError, WheelMissing
from ..models.lock import CondaPackage, PipPackage, PlatformLock
from ..models.problem import Finding, TerrariumError
from ..models.specification import PipRequirement, Specification
from .channels import scrub
from .keep import as_pylock, kept_pip
from .name_map import distributions, normalize
from .pip_errors import explain
from .pip_sources import BuildWheel, Sources, refuse_sources, without_address
from .uv_compile import Compilation, compile_requirements
from .uv_run import Indexes
from .wheel_sizes import add_sizes
from .wheel_tags import Target, best_wheel

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_ROUNDS = 32
_NO_EXTRA = re.compile(r"The package `(?P<name>[A-Za-z0-9._-]+)[^`]*` does not have an extra named")


async def lock_pip(
    spec: Specification,
    part: PlatformLock,
    *,
    cache_dir: Path,
    offline: bool = False,
    exclude_newer: str | None = None,
    locked: PlatformLock | None = None,
    build_wheel: BuildWheel | None = None,
) -> PlatformLock:
    """*part* with the wheels for the ``pip:`` section of *spec* added.

    Parameters
    ----------
    cache_dir:
        uv's cache directory.
    exclude_newer:
        RFC 3339 time; files published later do not exist.
    locked:
        Its wheels are preferred where they still fit; see ``conda.keep``.
    build_wheel:
        Builds packages that have no wheel, and the wheel made is what is locked; ``None``: they
        are refused.

    Raises
    ------
    :class:`PipConflict`, :class:`WheelMissing`, :class:`PackageMissing`,
    :class:`ChannelUnreachable` or :class:`CredentialsMissing`, naming the lines concerned.
    """
    wanted = [one for one in spec.pip if one.platforms is None or part.platform in one.platforms]
    if not wanted:
        return part
    target = python_target(part, wanted)
    refuse_sources(wanted, build_wheel)
    provided = distributions(part.conda)
    with tempfile.TemporaryDirectory(prefix="terrarium-pip-") as name:
        work = Path(name)
        document = await _resolve(
            wanted,
            provided,
            target,
            work,
            Indexes(cache_dir, spec.pip_options, offline, exclude_newer),
            kept_pip(locked.pip, wanted) if locked else [],
            build_wheel,
        )
        asked = {one.name: one.requirement for one in wanted if one.name}
        wheels = [
            _wheel(entry, target, asked, work)
            for entry in document.get("packages", [])
            if normalize(entry["name"]) not in provided
        ]
    wheels = await add_sizes(wheels, offline)
    return part.model_copy(update={"pip": sorted(wheels, key=lambda wheel: wheel.name)})


def python_target(part: PlatformLock, wanted: Sequence[PipRequirement] = ()) -> Target:
    """The Python of *part*, which wheels are chosen for: those of the lines *wanted*.

    Raises :class:`SolveError` where there is none, or not CPython.
    """
    python = next((one for one in part.conda if one.name == "python"), None)
    if python is None:
        message = f"The `pip:` section needs Python, and there is none for {part.platform}."
        raise SolveError(
            message,
            "Add `python` to `dependencies`, above `pip:`.",
            [Finding(message=message, place=one.place, path="pip") for one in wanted[:1]],
        )
    abi = next((one.build for one in part.conda if one.name == "python_abi"), "")
    version = ".".join(python.version.split(".")[:2])
    usual = "cp" + version.replace(".", "")
    found = re.search(r"(cp\d+t?|pypy\w*)$", abi)
    name = found.group(1) if found else usual
    if name.startswith("pypy") or "pypy" in python.build:
        raise SolveError(
            "A `pip:` section can be locked for CPython only, and this environment has PyPy.",
            "Ask for `python=*=*_cpython`.",
        )
    virtual = part.virtual_packages
    return Target(
        part.platform,
        python.version,
        name,
        glibc=virtual.get("__glibc", "2.28"),
        osx=virtual.get("__osx", "13.0"),
    )


async def _resolve(
    wanted: list[PipRequirement],
    provided: dict[str, CondaPackage],
    target: Target,
    work: Path,
    indexes: Indexes,
    pins: list[PipPackage],
    build_wheel: BuildWheel | None,
) -> dict[str, Any]:
    """uv's answer (PEP 751), asked again for extras of conda packages and for wheels to build."""
    with_extras = {
        normalize(parsed.name)
        for one in wanted
        if (parsed := _parse(one.requirement)) is not None and parsed.extras
    }
    sources = Sources(wanted, target, indexes, build_wheel) if build_wheel else None
    earlier = as_pylock(pins) if pins else ""
    built: dict[str, Path] = sources.built if sources else {}
    for turn in range(_ROUNDS):
        here = work / str(turn)
        here.mkdir()
        constraints = _constraints(provided, with_extras, indexes.cache_dir)
        constraints += [f"{name} @ {wheel.as_uri()}" for name, wheel in built.items()]
        requirements = [
            without_address(one.requirement) if one.name in built else one.requirement
            for one in wanted
        ]
        answer = await compile_requirements(
            Compilation(requirements, constraints, target, indexes, earlier), here
        )
        source = sources.missing(answer) if sources else None
        if sources and source and await sources.build(source, _made(here / "source")):
            continue
        if not answer.ok:
            error = explain(answer.said, wanted, provided, target)
            raise sources.advise(error) if sources else error
        lacking = {normalize(name) for name in _NO_EXTRA.findall(answer.said)}
        lacking = (lacking & provided.keys()) - with_extras
        if not lacking:
            return tomllib.loads(answer.output)
        # Only an index knows what an extra needs.
        with_extras |= lacking
    raise TerrariumError(f"uv had to be asked more than {_ROUNDS} times about the `pip:` section.")


def _made(directory: Path) -> Path:
    directory.mkdir()
    return directory


def _parse(requirement: str) -> Requirement | None:
    try:
        return Requirement(requirement)
    except InvalidRequirement:
        return None


def _constraints(
    provided: dict[str, CondaPackage], with_extras: set[str], cache_dir: Path
) -> list[str]:
    """What uv must take as given: conda's packages, in the versions solved."""
    # In one place for all solves, because uv's cache keeps an entry for each path.
    directory = cache_dir / "terrarium-stand-ins"
    directory.mkdir(parents=True, exist_ok=True)
    lines = []
    for name, package in provided.items():
        try:
            version = Version(package.version)
        except InvalidVersion:
            # Not a version that a distribution can have: uv may choose, its choice is dropped.
            continue
        if name in with_extras:
            lines.append(f"{name}=={version}")
        else:
            lines.append(f"{name} @ {_stand_in(name, str(version), directory).as_uri()}")
    return lines


def _stand_in(name: str, version: str, directory: Path) -> Path:
    """An empty wheel: there is *name* in *version*, and it needs nothing."""
    stem = f"{name.replace('-', '_')}-{version}"
    path = directory / f"{stem}-py3-none-any.whl"
    if path.exists():
        return path
    files = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: terrarium\nRoot-Is-Purelib: true\n"
        "Tag: py3-none-any\n",
        "RECORD": "",
    }
    temporary = path.with_name(f".{secrets.token_hex(6)}")
    with ZipFile(temporary, "w") as archive:
        for file, content in files.items():
            archive.writestr(ZipInfo(f"{stem}.dist-info/{file}"), content)
    temporary.replace(path)
    return path


def _wheel(entry: dict[str, Any], target: Target, asked: dict[str, str], work: Path) -> PipPackage:
    name = normalize(entry["name"])
    files = entry.get("wheels") or ([entry["archive"]] if "archive" in entry else [])
    by_name = {_file_name(file): file for file in files}
    chosen = best_wheel(list(by_name), target)
    version = str(entry.get("version", ""))
    if chosen is None:
        raise WheelMissing(
            f"{name} {version} has no wheel for Python {target.python} on {target.platform}.",
            "Take it from conda, or choose another version or Python.",
        )
    file = by_name[chosen]
    sha256 = str(file.get("hashes", {}).get("sha256", "")).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise WheelMissing(
            f"The index gives no SHA-256 for {chosen}, so it could not be verified.",
            "Use an index that does, such as PyPI.",
        )
    url = file.get("url")
    if not url:
        url = (work / str(file["path"])).resolve().as_uri()
    return PipPackage(
        name=name,
        version=version or chosen.split("-")[1],
        file_name=chosen,
        url=scrub(str(url).split("#", 1)[0]),
        sha256=sha256,
        size=int(file.get("size", 0)),
        requested=asked.get(name, ""),
    )


def _file_name(file: dict[str, Any]) -> str:
    if "name" in file:
        return str(file["name"])
    where = str(file.get("path") or urlsplit(str(file["url"])).path)
    return unquote(where.replace("\\", "/").rsplit("/", 1)[-1])
