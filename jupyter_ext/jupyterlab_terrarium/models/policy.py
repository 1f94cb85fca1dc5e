"""Rules of a store."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import ConfigDict, Field

from .base import BaseModel
from .namespace import Role

LinkScriptPolicy = Literal["ask", "never", "listed", "all"]
SdistPolicy = Literal["never", "allow"]


class Retention(BaseModel):
    """What clean-up keeps. A version goes only when no rule keeps it; times in days."""

    model_config = ConfigDict(frozen=True)

    keep_last: int = Field(default=5, ge=1, description="The newest versions of an environment.")
    keep_days: float = Field(default=30, ge=0, description="Versions younger than this.")
    used_days: float = Field(default=90, ge=0, description="Versions used within this time.")
    deleted_days: float = Field(
        default=30, ge=0, description="How long a deleted environment can be restored."
    )
    cache_days: float = Field(
        default=7, ge=0, description="Cached package files that nothing needs, once this old, go."
    )
    modules: bool = Field(
        default=False,
        description="Versions with files stay: environment modules lead to them, and a job that "
        "has loaded one holds nothing that would show.",
    )
    artifact_days: float = Field(
        default=14, ge=0, description="Archives, images and the like that nobody took since."
    )
    ahead_hours: float = Field(
        default=1, ge=0, description="Package files fetched for a plan, when no build used them."
    )
    history_days: float = Field(
        default=30, ge=0, description="Events, plans and what is left of builds that are gone."
    )
    package_files: bool = Field(
        default=True,
        description="Keep the package files of all versions that stay, for when their channel "
        "has them no more. Takes about a third of what the environments take.",
    )


class Policy(BaseModel):
    """Rules of a store, set by its administrator."""

    model_config = ConfigDict(frozen=True)

    retention: Retention = Field(default_factory=Retention)
    disk_reserve: int = Field(
        default=1000**3, ge=0, description="Bytes that builds leave free on the store's disk."
    )

    fetch_ahead_bytes: int = Field(
        default=2 * 1000**3,
        ge=0,
        description="Package files that may lie here for plans on screens; 0: none are fetched.",
    )

    administrators: frozenset[str] = Field(
        default_factory=frozenset, description="Users who are owners of every shared namespace."
    )
    create_namespaces: Literal["everyone", "administrators"] = Field(
        default="everyone", description="Who may make shared namespaces."
    )
    group_namespaces: frozenset[str] = Field(
        default_factory=frozenset,
        description="Groups that get a shared namespace by themselves; `*`: all of them.",
    )
    group_role: Role = Field(
        default="editor", description="The role of a group in the namespace derived from it."
    )

    link_scripts: LinkScriptPolicy = "ask"
    listed: frozenset[str] = Field(
        default_factory=frozenset, description="Packages whose post-link scripts may run."
    )
    private_channels: dict[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="Namespaces that may use a channel or index, by its URL; `*`: all. Those that "
        "are not named here are everybody's.",
    )
    sdists: SdistPolicy = Field(
        default="never",
        description="Whether a pip package without a wheel is built from its source archive.",
    )

    running_per_user: int = Field(
        default=0, ge=0, description="Builds that one user may have under way; 0: no limit."
    )
    queued_per_user: int = Field(
        default=100, ge=0, description="Builds that may wait for one user; 0: no limit."
    )
    queued: int = Field(default=1000, ge=0, description="Builds that may wait; 0: no limit.")

    image_bases: dict[str, str] = Field(
        default_factory=dict,
        description="Base images for container images, by name: the path of an OCI layout, or a "
        "reference such as `docker://registry/name:tag`.",
    )

    shared_link_origins: tuple[str, ...] = Field(
        default=("https://*",),
        description="Origins that links of other stores may be fetched from; `https://*`: every "
        "one with TLS. Never a private address.",
    )

    def permitted_link_scripts(self, found: Iterable[str], asked: Iterable[str]) -> list[str]:
        """Which of the packages *found* to have a post-link script may run it.

        *asked* are those that the maker of the version agreed to; they count when policy is "ask".
        """
        names = set(found)
        if self.link_scripts == "never":
            return []
        if self.link_scripts == "all":
            return sorted(names)
        return sorted(names & (self.listed if self.link_scripts == "listed" else set(asked)))
