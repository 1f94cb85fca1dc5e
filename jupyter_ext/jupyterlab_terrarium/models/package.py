"""Package search in the channels' indexes."""

from __future__ import annotations

from pydantic import Field

from .base import BaseModel


class PackageHit(BaseModel):
    """One package name that matches a search."""

    name: str
    channel: str = Field(description="Channel as asked for (name or URL).")
    latest: str = Field(default="", description="Highest version for the platform.")


class PackageSearch(BaseModel):
    """Answer of ``GET packages``: names that match, best first."""

    query: str
    packages: list[PackageHit]


class PackageVersions(BaseModel):
    """Answer of ``GET packages/{name}``: versions for the platform, newest first."""

    name: str
    channel: str
    versions: list[str]
    builds: dict[str, list[str]] = Field(default_factory=dict)
    license: str = ""
