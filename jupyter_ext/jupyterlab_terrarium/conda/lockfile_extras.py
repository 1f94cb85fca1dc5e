"""What a lock holds and the formats of others have no field for: one JSON text.

In `custom_metadata` of conda-lock's files, in a comment (:func:`note`) elsewhere.

Only what cannot be guessed from the rest of the file is written.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, cast

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from typing_extensions import TypedDict

from ..models.lock import CondaPackage, Lock
from ..models.problem import Finding, InvalidLock

KEY = "jupyterlab-terrarium"
FORMAT = 1
_DIGITS = 16
_BUILD_NUMBER = re.compile(r"(?:^|_)(\d{1,9})(?:_cpython)?$")

#: What pixi.lock has fields for, of conda packages.
KNOWN_TO_PIXI = frozenset(
    {"size", "noarch", "build_number", "channel", "timestamp", "license", "constrains"}
    | {"python_site_packages_path"}
)
_NOTE = re.compile(rf"^# {KEY}: (\{{.*\}})\s*$", re.MULTILINE)

_Short = Annotated[str, StringConstraints(max_length=500)]
_Variable = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,200}$")]
_Value = Annotated[str, StringConstraints(max_length=32_768, pattern=r"^[^\x00]*$")]


class PackageExtras(TypedDict, total=False):
    """Of one package file."""

    size: Annotated[int, Field(ge=0, lt=1 << 50)]
    requested: _Short
    noarch: Annotated[str, StringConstraints(pattern=r"^(python|generic|)$")]
    build_number: Annotated[int, Field(ge=0, lt=1 << 40)]
    channel: Annotated[str, StringConstraints(max_length=2_000)]
    timestamp: Annotated[int, Field(ge=0, lt=1 << 50)]
    license: Annotated[str, StringConstraints(max_length=2_000)]
    constrains: list[_Short]
    # What it may be depends on the package: `CondaPackage` checks it.
    python_site_packages_path: _Short


class Extras(BaseModel):
    """Of a whole lock; ``packages`` by the first 16 digits of their SHA-256."""

    model_config = ConfigDict(extra="ignore")

    format: int = FORMAT
    channels: list[Annotated[str, StringConstraints(max_length=2_000)]] = []
    variables: dict[_Variable, _Value] = {}
    run_link_scripts: list[_Short] = []
    virtual_packages: dict[str, dict[_Short, _Short]] = {}
    link_scripts: dict[str, list[_Short]] = {}
    packages: dict[str, PackageExtras] = {}

    @classmethod
    def of(
        cls, lock: Lock, without: frozenset[str] = frozenset(), *, guessing: bool = True
    ) -> Extras:
        """Those of *lock*, *without* what the format has fields for.

        *guessing*: the format has what ``noarch`` is guessed from.
        """
        packages: dict[str, PackageExtras] = {}
        for part in lock.platforms:
            for one in part.conda:
                known = _of_conda(one, guessing)
                more = {key: value for key, value in known.items() if key not in without}
                if more:
                    packages[one.sha256[:_DIGITS]] = cast(PackageExtras, more)
            for wheel in part.pip:
                found: PackageExtras = {}
                if wheel.size:
                    found["size"] = wheel.size
                if wheel.requested:
                    found["requested"] = wheel.requested
                if found:
                    packages[wheel.sha256[:_DIGITS]] = found
        return cls(
            channels=lock.channels,
            variables=lock.variables,
            run_link_scripts=lock.run_link_scripts,
            virtual_packages={part.platform: part.virtual_packages for part in lock.platforms},
            link_scripts={
                part.platform: part.link_scripts for part in lock.platforms if part.link_scripts
            },
            packages=dict(sorted(packages.items())),
        )

    def to_text(self) -> str:
        """Compact JSON."""
        data = {key: value for key, value in self.model_dump(mode="json").items() if value}
        return json.dumps(data, sort_keys=True, separators=(",", ":"))

    def note(self) -> str:
        """A comment line with them, for formats that have only those."""
        return f"# {KEY}: {self.to_text()}"

    @classmethod
    def noted(cls, text: str) -> Extras | None:
        """What the comment in *text* says; ``None`` where there is none.

        Raises :class:`InvalidLock`.
        """
        found = _NOTE.search(text)
        return None if found is None else cls.from_text(found[1])

    @classmethod
    def from_text(cls, text: str | None) -> Extras:
        """What a lockfile says; nothing when it was written by another program.

        Raises :class:`InvalidLock`.
        """
        if text is None:
            return cls()
        try:
            extras = cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            at = "/".join(str(part) for part in first["loc"])
            path = f"{KEY}/{at}".rstrip("/")
            message = f"{path}: {first['msg']}"
            raise InvalidLock(
                f"The lockfile is not valid: {message}",
                errors=[Finding(message=message, path=path)],
            ) from None
        if extras.format > FORMAT:
            message = f"The lockfile was written by a newer Terrarium (format {extras.format})."
            hint = "Upgrade jupyterlab-terrarium."
            raise InvalidLock(message, hint, [Finding(message=message, hint=hint, path=KEY)])
        return extras

    def package(self, sha256: str) -> dict[str, Any]:
        """What is known of one package file."""
        return dict(self.packages.get(sha256[:_DIGITS], {}))


def _of_conda(package: CondaPackage, guessing: bool) -> PackageExtras:
    found: PackageExtras = {}
    if package.size:
        found["size"] = package.size
    if package.requested:
        found["requested"] = package.requested
    depends = package.depends if guessing else []
    if package.noarch != guess_noarch(package.subdir, depends):
        found["noarch"] = package.noarch
    if package.build_number != guess_build_number(package.build):
        found["build_number"] = package.build_number
    if package.channel != package.url.rsplit("/", 2)[0]:
        found["channel"] = package.channel
    if package.timestamp:
        found["timestamp"] = package.timestamp
    if package.license:
        found["license"] = package.license
    if package.constrains:
        found["constrains"] = package.constrains
    if package.python_site_packages_path:
        found["python_site_packages_path"] = package.python_site_packages_path
    return found


def guess_build_number(build: str) -> int:
    """Build strings end with the build number by convention (conda-build: ``..._{number}``)."""
    number = _BUILD_NUMBER.search(build)
    return int(number.group(1)) if number else 0


def guess_noarch(subdir: str, depends: list[str]) -> str:
    """A package of ``noarch`` that needs Python is nearly always ``noarch: python``."""
    if subdir != "noarch":
        return ""
    return "python" if any(one.split()[:1] == ["python"] for one in depends) else "generic"
