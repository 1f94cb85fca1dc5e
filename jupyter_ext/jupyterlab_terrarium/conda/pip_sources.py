"""Packages of the ``pip:`` section that come as source only: which, and from where.

Nothing is built here. Whoever locks hands in a function that builds; the one that there is,
:mod:`jupyterlab_terrarium.builds.wheel_builder`, does it in the sandbox.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from packaging.requirements import Requirement

from ..models.build_problem import PipConflict, WheelMissing
from ..models.problem import Finding, TerrariumError
from ..models.specification import PipRequirement
from .name_map import normalize
from .pip_errors import sdist_only
from .uv_compile import Compilation, locate_sources
from .uv_run import Answer, Indexes
from .wheel_tags import Target

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

#: The most source archives that one `pip:` section may have built.
MAX_BUILDS = 16
#: Archives that are built; PEP 625 knows the first only.
ARCHIVES = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")


@dataclass(frozen=True)
class Sdist:
    """A source archive (PyPA, "Source distribution format"). ``sha256`` may be empty: unknown."""

    name: str
    url: str
    sha256: str = ""


#: Builds a wheel that fits every platform and gives its path. Raises :class:`WheelMissing`,
#: :class:`SourceBuildFailed` and what fetching raises.
BuildWheel = Callable[[Sdist, Indexes], Awaitable[Path]]


def refuse_sources(wanted: Sequence[PipRequirement], build_wheel: BuildWheel | None) -> None:
    """Raise :class:`WheelMissing` for addresses of anything but wheels and what may be built."""
    findings: list[Finding] = []
    hint = "Build a wheel of it (`python -m build --wheel`) and name that file or its URL."
    for one in wanted:
        parts = urlsplit(one.url)
        if not one.url or parts.path.lower().endswith(".whl"):
            continue
        archive = parts.scheme in ("https", "http", "file") and parts.path.endswith(ARCHIVES)
        if archive and build_wheel is not None:
            continue
        if archive and not findings:
            hint += " The store's administrator may allow building from source (`sdists`)."
        what = "a repository" if "+" in parts.scheme else "not a wheel"
        message = f"{one.text} is {what}; only wheels (.whl) can be locked and verified."
        findings.append(Finding(message=message, place=one.place, path="pip"))
    if findings:
        raise WheelMissing(findings[0].message, hint, findings)


class Sources:
    """What was built for one platform of one specification, by name."""

    def __init__(
        self, wanted: Sequence[PipRequirement], target: Target, indexes: Indexes, build: BuildWheel
    ) -> None:
        self.built: dict[str, Path] = {}
        self._wanted = wanted
        self._target = target
        self._indexes = indexes
        self._build = build

    def missing(self, answer: Answer) -> str | None:
        """The package that uv's *answer* wants as a wheel and that was not built yet."""
        if not answer.ok:
            name = sdist_only(answer.said)
            return name if name not in self.built else None
        return next(
            (
                normalize(entry["name"])
                for entry in tomllib.loads(answer.output).get("packages", [])
                if "archive" in entry and not _address(entry["archive"]).endswith(".whl")
            ),
            None,
        )

    async def build(self, name: str, work: Path) -> bool:
        """Build *name*; ``False`` when there is no source archive of it either.

        Raises what :data:`BuildWheel` raises, with the lines that ask for *name*.
        """
        lines = [one for one in self._wanted if one.name == name]
        if len(self.built) == MAX_BUILDS:
            raise WheelMissing(
                f"More than {MAX_BUILDS} packages of the `pip:` section have no wheel.",
                "Take some of them from conda.",
            )
        try:
            sdist = await self._locate(name, lines, work)
            if sdist is None:
                return False
            self.built[name] = await self._build(sdist, self._indexes)
        except TerrariumError as error:
            error.errors = error.errors or [
                Finding(message=error.message, hint=error.hint, place=one.place, path="pip")
                for one in lines
            ]
            raise
        return True

    def advise(self, error: TerrariumError) -> TerrariumError:
        """*error*, with what to do when it may come from the version that was built."""
        listed = {one.name for one in self._wanted}
        unlisted = [wheel.name for name, wheel in self.built.items() if name not in listed]
        if isinstance(error, PipConflict) and unlisted:
            error.hint = (
                f"{', '.join(unlisted)} was built from the newest source archive. If another "
                "version is needed, list it in the `pip:` section, e.g. `name<2`."
            )
        return error

    async def _locate(self, name: str, lines: list[PipRequirement], work: Path) -> Sdist | None:
        addressed = next((one.url for one in lines if one.url), None)
        if addressed is not None:
            return Sdist(name, addressed)
        # What other packages demand of its version is not known here: uv will tell a conflict.
        asked = [one.requirement for one in lines] or [name]
        found = await locate_sources(Compilation(asked, [], self._target, self._indexes), work)
        if not found.ok:
            return None
        for entry in tomllib.loads(found.output).get("packages", []):
            if normalize(entry["name"]) == name and "sdist" in entry:
                file = entry["sdist"]
                sha256 = str(file.get("hashes", {}).get("sha256", ""))
                return Sdist(name, _address(file, work), sha256.lower())
        return None


def without_address(requirement: str) -> str:
    """*requirement* by name only: where it lies is said by a constraint."""
    parsed = Requirement(requirement)
    parsed.url = None
    return str(parsed)


def _address(file: dict[str, Any], work: Path | None = None) -> str:
    if "url" in file:
        return str(file["url"]).split("#", 1)[0]
    path = Path(str(file["path"]))
    return str(path) if work is None else (work / path).resolve().as_uri()
