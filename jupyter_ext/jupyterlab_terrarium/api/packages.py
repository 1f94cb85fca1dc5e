"""``packages``: search in the channels' indexes."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from ..access.principals import Principal
from ..models.base import BaseModel
from ..models.package import PackageSearch, PackageVersions
from ..models.platforms import Platform
from .base import TerrariumHandler
from .operation import operation


class PackageQuery(BaseModel):
    """Query of ``GET packages/{name}``."""

    model_config = ConfigDict(extra="forbid")
    channel: list[str] = Field(default_factory=list, max_length=20)
    platform: Platform | None = None


class SearchQuery(PackageQuery):
    """Query of ``GET packages``."""

    query: str = Field(default="", max_length=100)
    limit: int = Field(default=20, ge=1, le=200)


class PackagesHandler(TerrariumHandler):
    """Package search."""

    @operation(
        "Search package names",
        action="read",
        resource="packages",
        query=SearchQuery,
        response=PackageSearch,
        errors=(422, 424, 503),
    )
    async def get(self, principal: Principal, query: SearchQuery) -> PackageSearch:
        """Best matches first."""
        return await self.run_slow(
            self.services.packages.search,
            principal,
            query=query.query,
            channels=query.channel,
            platform=query.platform,
            limit=query.limit,
        )


class PackageHandler(TerrariumHandler):
    """Versions of a package."""

    @operation(
        "Versions of a package",
        action="read",
        resource="packages",
        query=PackageQuery,
        response=PackageVersions,
        errors=(404, 422, 424, 503),
    )
    async def get(self, principal: Principal, package: str, query: PackageQuery) -> PackageVersions:
        """Newest first."""
        return await self.run_slow(
            self.services.packages.versions,
            principal,
            name=package,
            channels=query.channel,
            platform=query.platform,
        )
