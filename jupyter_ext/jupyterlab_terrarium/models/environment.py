"""Environments and versions as the API shows them."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Annotated, Literal

from pydantic import Field

from .base import BaseModel
from .build import Build
from .lock import CondaPackage, PipPackage
from .names import Name
from .plan import Mode
from .problem import Finding
from .specification import Specification


class VersionState(str, Enum):
    """State of a version as people see it."""

    BUILDING = "building"
    READY = "ready"
    WARNING = "ready-with-warning"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Kernel(BaseModel):
    """A kernel of an environment. ``name`` is the kernelspec's, for the session."""

    name: str
    kernel: str = Field(description="The kernelspec's name inside the prefix, e.g. `python3`.")
    display_name: str
    language: str = ""


class PinnedKernel(Kernel):
    """A kernel that runs one version, whatever is current."""

    pinned: str = Field(description="Number of the version, or the pointer that it follows.")
    version: int | None = Field(default=None, description="Number of the version that it runs now.")


class KernelPin(BaseModel):
    """Body of ``POST environments/{namespace}/{name}/kernels``."""

    version: int | Annotated[str, Field(max_length=63)] = Field(
        union_mode="left_to_right",
        description="Number of a version that is ready, or a pointer to follow when it is moved.",
    )


class VersionSummary(BaseModel):
    """One numbered version."""

    number: int
    state: VersionState
    current: bool
    created: datetime
    created_by: str
    lock_digest: str | None = None
    mode: Mode = Field(
        default="refresh",
        description="How it is solved: `keep` what works of its base, or `refresh` everything.",
    )
    base_version: int | None = Field(
        default=None, description="Number of the version that it was compared with."
    )
    packages: int = Field(default=0, description="Packages for this host, conda and pip.")
    size: int = Field(default=0, description="Bytes in the prefix; 0 while unknown.")
    note: str = Field(default="", description="What somebody wrote about it.")
    pointers: list[str] = Field(default_factory=list, description="Names that lead here.")
    warnings: list[str] = Field(default_factory=list)
    build: Build | None = Field(default=None, description="The last build.")


class PlatformSummary(BaseModel):
    """One platform of a version's lock. ``download`` in bytes."""

    platform: str
    digest: str
    conda: int
    pip: int
    download: int


class Version(VersionSummary):
    """A version with what was asked for and what was answered."""

    specification_text: str
    specification: Specification
    platforms: list[PlatformSummary] = Field(default_factory=list)
    notices: list[Finding] = Field(default_factory=list)
    link_scripts: list[str] = Field(
        default_factory=list, description="Packages of this host that have a post-link script."
    )
    run_link_scripts: list[str] = Field(default_factory=list)
    prefix: str | None = Field(default=None, description="Where the files are, when ready.")


class EnvironmentSummary(BaseModel):
    """One row of a list."""

    id: str
    namespace: str
    name: str
    role: Literal["viewer", "editor", "owner"] = Field(
        default="owner", description="The caller's: in the namespace, or on it alone if higher."
    )
    title: str = ""
    state: VersionState
    recommended: bool = Field(
        default=False, description="An owner recommends it to the members of its namespace."
    )
    current: int | None = Field(default=None, description="Number of the current version.")
    latest: int
    updated: datetime
    packages: int = 0
    size: int = 0
    headline: str = Field(default="", description="e.g. `python 3.12`.")
    has_kernel: bool = False
    kernels: list[Kernel] = Field(default_factory=list)
    build: Build | None = Field(default=None, description="The last build of the latest version.")
    warnings: list[str] = Field(default_factory=list)
    matched_packages: list[str] = Field(
        default_factory=list,
        description="In a list with a filter: the packages by which it was found, e.g. "
        "`numpy 2.1.3`, for the words that its name, title and headline do not have.",
    )


class Pointer(BaseModel):
    """A name (`stable`, `staging`) that may be written wherever a version's number may."""

    name: str
    version: int
    updated: datetime
    updated_by: str


class PointerUpdate(BaseModel):
    """Body of ``PUT environments/{namespace}/{name}/pointers/{pointer}``."""

    version: int = Field(description="Number of the version to lead to; it must be ready.")


class Environment(EnvironmentSummary):
    """Everything about one environment."""

    description: str = ""
    created: datetime
    created_by: str
    hold: bool = Field(default=False, description="New builds do not become current by themselves.")
    pointers: list[Pointer] = Field(default_factory=list)
    pinned_kernels: list[PinnedKernel] = Field(
        default_factory=list, description="Kernels of one version or pointer, beside `kernels`."
    )
    interpreter: str | None = Field(
        default=None, description="Stable path of the interpreter, for editors."
    )
    current_version: Version | None = None
    latest_version: Version


_LOCKFILE = (
    "A conda-lock v1 file, a pixi.lock or an explicit list with hashes: built as it is, not "
    "solved. A pylock.toml or requirements with hashes, too; where they name no Python, the Python "
    "for them is solved, and a notice says so."
)


class EnvironmentCreate(BaseModel):
    """Body of ``POST environments``. Exactly one of ``specification`` and ``lockfile``."""

    namespace: Name | None = Field(default=None, description="Default: the caller's own.")
    name: Name | None = Field(default=None, description="Default: the specification's `name`.")
    title: str = Field(default="", max_length=200)
    description: str = Field(default="", max_length=20_000)
    specification: str | None = None
    lockfile: str | None = Field(default=None, description=_LOCKFILE)
    plan: str | None = Field(default=None, description="Id of the plan that was shown.")
    run_link_scripts: list[str] | None = Field(
        default=None, description="Packages whose post-link scripts may run; null: as policy says."
    )


class VersionCreate(BaseModel):
    """Body of ``POST environments/{namespace}/{name}/versions``."""

    specification: str | None = None
    lockfile: str | None = Field(default=None, description=_LOCKFILE)
    plan: str | None = None
    base_version: int | None = Field(
        default=None, description="The latest version that the editor saw; 409 if there is a newer."
    )
    run_link_scripts: list[str] | None = None
    note: str = Field(default="", max_length=2_000)
    mode: Mode | None = Field(
        default=None,
        description="`keep` what works, or `refresh` everything; null: the plan's, else `keep` "
        "when there is a lock to keep.",
    )


class VersionUpdate(BaseModel):
    """Body of ``PATCH environments/{namespace}/{name}/versions/{version}``."""

    note: str = Field(max_length=2_000, description="Replaces the note; empty removes it.")


class EnvironmentUpdate(BaseModel):
    """Body of ``PATCH environments/{namespace}/{name}``; null leaves a field as it is."""

    title: str | None = Field(default=None, max_length=200)
    description: str | None = Field(default=None, max_length=20_000)
    current: int | None = Field(default=None, description="Number of the version to make current.")
    hold: bool | None = Field(
        default=None, description="Whether new builds wait to be made current by somebody."
    )
    recommended: bool | None = Field(
        default=None, description="Whether it stands first for everybody in the namespace."
    )
    name: Name | None = Field(default=None, description="Another name; history and kernels stay.")
    namespace: Name | None = Field(default=None, description="Another namespace.")


class EnvironmentCopy(BaseModel):
    """Body of ``POST environments/{namespace}/{name}/copies``."""

    namespace: Name | None = Field(default=None, description="Default: the caller's own.")
    name: Name | None = Field(default=None, description="Default: the same name.")
    version: str | None = Field(
        default=None,
        max_length=63,
        description="Number or pointer of the version to copy. Default: the current one, "
        "or the latest when there is none. Not together with `history`.",
    )
    history: bool = Field(default=False, description="Copy every version, with its number.")


class VersionPackages(BaseModel):
    """The package files of a version for one platform."""

    platform: str
    conda: list[CondaPackage]
    pip: list[PipPackage]
