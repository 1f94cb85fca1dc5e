"""A lock: what the solver answered; exact package files with SHA-256, per platform.

The exchange format is conda-lock v1 (``conda/lockfile.py``); this is the form used inside.
"""

from __future__ import annotations

import re

from pydantic import ConfigDict, Field, ValidationInfo, field_validator

from .base import BaseModel

_SITE_PACKAGES = re.compile(
    r"lib/python(?P<version>\d+\.\d+)(?P<free>t?)/site-packages"
    r"|lib/pypy(?P<pypy>\d+\.\d+)/site-packages"
    r"|Lib/site-packages"
)
_ABI = re.compile(r"_cp(?:ython|\d+(?P<free>t?))$")


def is_site_packages(path: str, name: str, version: str, build: str, subdir: str) -> bool:
    """Whether the package so described may keep Python packages at *path* of its prefix.

    Files are written there, so it is one of the places where Pythons have them and no other; and
    for `python` itself the one of this version, because those with equal packages are shared.
    """
    found = _SITE_PACKAGES.fullmatch(path)
    if found is None or not path.isascii():
        return False
    if name != "python":
        return True
    if subdir.startswith("win-"):
        return path == "Lib/site-packages"
    abi = _ABI.search(build)
    return (
        (found["version"] or found["pypy"]) == ".".join(version.split(".")[:2])
        and bool(found["pypy"]) == ("pypy" in build)
        and (abi is None or (found["free"] or "") == (abi["free"] or ""))
    )


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CondaPackage(_Frozen):
    """A conda package file. Sizes are in bytes, hashes in lower-case hexadecimal."""

    name: str
    version: str
    build: str
    build_number: int = 0
    subdir: str
    url: str = Field(description="Where it was found; never with credentials.")
    channel: str = Field(description="Channel URL as resolved, without credentials.")
    sha256: str
    md5: str = ""
    size: int = 0
    noarch: str = Field(default="", description="`python`, `generic` or empty.")
    depends: list[str] = Field(default_factory=list)
    constrains: list[str] = Field(default_factory=list)
    timestamp: int = Field(default=0, description="Milliseconds since the epoch, as in repodata.")
    license: str = ""
    requested: str = Field(default="", description="MatchSpec that asked for it, or empty.")
    python_site_packages_path: str = ""

    @field_validator("python_site_packages_path")
    @classmethod
    def _inside_the_prefix(cls, path: str, info: ValidationInfo) -> str:
        if not path:
            return path
        about = [str(info.data.get(key, "")) for key in ("name", "version", "build", "subdir")]
        if not is_site_packages(path, *about):
            raise ValueError(f"{path[:100]!a} is no directory of Python packages of this package")
        return path

    @property
    def file_name(self) -> str:
        """The package file's name in its channel."""
        return self.url.rsplit("/", 1)[-1]


class PipPackage(_Frozen):
    """A wheel. ``version`` is PEP 440; ``file_name`` is the wheel's (PEP 427)."""

    name: str
    version: str
    file_name: str
    url: str
    sha256: str
    size: int = 0
    depends: list[str] = Field(default_factory=list)
    requested: str = ""


class PlatformLock(_Frozen):
    """The package files for one platform."""

    platform: str
    conda: list[CondaPackage] = Field(default_factory=list)
    pip: list[PipPackage] = Field(default_factory=list)
    virtual_packages: dict[str, str] = Field(
        default_factory=dict, description="Those offered to the solver, e.g. `__glibc`: `2.17`."
    )
    link_scripts: list[str] = Field(
        default_factory=list, description="File names of packages that have a post-link script."
    )

    @property
    def files(self) -> list[CondaPackage | PipPackage]:
        """All package files, conda and pip."""
        return [*self.conda, *self.pip]


class Lock(_Frozen):
    """The whole answer. ``variables`` and ``run_link_scripts`` travel in `custom_metadata`."""

    platforms: list[PlatformLock]
    channels: list[str] = Field(default_factory=list, description="As in the specification.")
    variables: dict[str, str] = Field(default_factory=dict)
    run_link_scripts: list[str] = Field(
        default_factory=list,
        description="Names of the packages whose post-link scripts run; part of the digest.",
    )

    def for_platform(self, platform: str) -> PlatformLock | None:
        """The part for *platform*, or ``None``."""
        return next((part for part in self.platforms if part.platform == platform), None)

    def scripted(self, platform: str) -> list[str]:
        """Names of the packages for *platform* that have a post-link script."""
        part = self.for_platform(platform)
        if part is None or not part.link_scripts:
            return []
        files = set(part.link_scripts)
        return sorted(package.name for package in part.conda if package.file_name in files)

    def permitting(self, names: list[str]) -> Lock:
        """This lock, with the post-link scripts of *names* to be run."""
        return self.model_copy(update={"run_link_scripts": sorted(set(names))})
