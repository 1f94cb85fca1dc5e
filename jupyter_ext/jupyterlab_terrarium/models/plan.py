"""Plans: a solve without a build."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from .base import BaseModel
from .names import Name
from .problem import Finding, Problem

Mode = Literal["keep", "refresh"]


class PlanRequest(BaseModel):
    """Body of ``POST plans``. The environment named is what the plan is compared with.

    Compared with its current version; while there is none, with the newest that was solved.
    """

    specification: str
    namespace: Name | None = None
    environment: Name | None = None
    mode: Mode | None = Field(
        default=None,
        description="`keep`: only what must move moves; `refresh`: everything is the newest that "
        "fits. Null: `keep` where there is something to keep.",
    )


class PlanChange(BaseModel):
    """What happens to one package, against the base version (or against nothing)."""

    change: Literal["added", "removed", "up", "down", "rebuilt", "channel", "kept"] = Field(
        description="`rebuilt`: the same version in other package files; `channel`: of another "
        "channel."
    )
    name: str
    kind: Literal["conda", "pip"] = "conda"
    before: str = Field(default="", description="Version before, empty when added.")
    after: str = Field(default="", description="Version after, empty when removed.")
    build: str = ""
    channel: str = ""
    build_before: str = ""
    channel_before: str = ""
    size: int = Field(default=0, description="Bytes of the package file.")
    cached: bool = Field(default=False, description="The package file is in the cache already.")
    requested: bool = Field(default=False, description="The specification asks for it by name.")
    link_script: bool = False


class PlanPlatform(BaseModel):
    """The plan for one platform. ``download`` counts bytes not in the cache yet."""

    platform: str
    changes: list[PlanChange]
    added: int = 0
    changed: int = 0
    removed: int = 0
    kept: int = 0
    download: int = 0
    disk: int = Field(
        default=0,
        description="Bytes by which the store grows, estimated: package files that are not "
        "unpacked in the cache yet, and wheels.",
    )
    package_bytes: int = Field(default=0, description="Sum of all package files, bytes.")


class Plan(BaseModel):
    """A solve without a build. ``problem`` is set instead of ``platforms`` when there is none.

    ``seconds`` is how long the solve took. ``id`` may be named by the build that follows.
    """

    id: str
    created: datetime
    base_version: int | None = Field(
        default=None, description="Number of the version that it is compared with."
    )
    mode: Mode = "refresh"
    lock_digest: str | None = None
    platforms: list[PlanPlatform] = Field(default_factory=list)
    link_scripts: list[str] = Field(default_factory=list)
    notices: list[Finding] = Field(default_factory=list)
    problem: Problem | None = None
    explained: bool = Field(
        default=True,
        description="False: why there is a problem, and what helps, is still to be found out; "
        "`GET plans/{id}/explanation` waits for it.",
    )
    seconds: float = 0.0
    expected_seconds: float | None = Field(
        default=None,
        description="How long the build will take on this server, going by its earlier builds; "
        "null when there were none like it.",
    )
    ready: bool = Field(default=False, description="This very lock is built here already.")
    has_kernel: bool = False
