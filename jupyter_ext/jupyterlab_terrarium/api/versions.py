"""``environments/{namespace}/{name}/versions`` and what is below."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from ..access.principals import Principal
from ..models.base import BaseModel
from ..models.build import Build
from ..models.environment import (
    Version,
    VersionCreate,
    VersionPackages,
    VersionSummary,
    VersionUpdate,
)
from ..models.platforms import Platform
from ..models.status import Page
from .base import TerrariumHandler
from .operation import operation

RESOURCE = "environments"


class PageQuery(BaseModel):
    """Query of a list."""

    model_config = ConfigDict(extra="forbid")
    limit: int = Field(default=50, ge=1, le=500)
    cursor: str | None = Field(default=None, max_length=500)


class PlatformQuery(BaseModel):
    """Query that names a platform."""

    model_config = ConfigDict(extra="forbid")
    platform: Platform | None = None


class VersionsHandler(TerrariumHandler):
    """Versions of an environment."""

    @operation(
        "List versions",
        action="read",
        resource=RESOURCE,
        query=PageQuery,
        response=Page[VersionSummary],
        errors=(404,),
        remembered=True,
    )
    async def get(
        self, principal: Principal, namespace: str, name: str, query: PageQuery
    ) -> Page[VersionSummary]:
        """A page, newest first."""
        return await self.run(
            self.services.versions.page,
            principal,
            namespace,
            name,
            limit=query.limit,
            cursor=query.cursor,
        )

    @operation(
        "Make the next version and build it",
        action="write",
        resource=RESOURCE,
        body=VersionCreate,
        response=Version,
        status=201,
        errors=(403, 404, 409, 422, 429, 503),
    )
    async def post(
        self, principal: Principal, namespace: str, name: str, body: VersionCreate
    ) -> Version:
        """Accepted at once; follow the build by events."""
        run = self.run if body.lockfile is None else self.run_slow
        return await run(self.services.versions.create, principal, namespace, name, body)


class VersionHandler(TerrariumHandler):
    """One version; ``{version}`` is a number, ``current``, ``latest`` or a pointer's name."""

    @operation(
        "Show a version",
        action="read",
        resource=RESOURCE,
        response=Version,
        errors=(404,),
        remembered=True,
    )
    async def get(self, principal: Principal, namespace: str, name: str, version: str) -> Version:
        """What was asked for and what was answered."""
        return await self.run(self.services.versions.show, principal, namespace, name, version)

    @operation(
        "Change a version's note",
        action="write",
        resource=RESOURCE,
        body=VersionUpdate,
        response=Version,
        errors=(403, 404),
    )
    async def patch(
        self, principal: Principal, namespace: str, name: str, version: str, body: VersionUpdate
    ) -> Version:
        """The rest of a version never changes."""
        return await self.run(
            self.services.versions.update, principal, namespace, name, version, body
        )


class VersionPackagesHandler(TerrariumHandler):
    """Package files of a version."""

    @operation(
        "Package files of a version",
        action="read",
        resource=RESOURCE,
        query=PlatformQuery,
        response=VersionPackages,
        errors=(404,),
        remembered=True,
    )
    async def get(
        self, principal: Principal, namespace: str, name: str, version: str, query: PlatformQuery
    ) -> VersionPackages:
        """For one platform, by default this server's."""
        return await self.run(
            self.services.versions.packages, principal, namespace, name, version, query.platform
        )


class VersionSpecificationHandler(TerrariumHandler):
    """The specification as it was written."""

    @operation(
        "The specification, verbatim",
        action="read",
        resource=RESOURCE,
        response=str,
        media_type="text/plain",
        errors=(404,),
        remembered=True,
    )
    async def get(self, principal: Principal, namespace: str, name: str, version: str) -> str:
        """With its comments."""
        found = await self.run(self.services.versions.show, principal, namespace, name, version)
        return found.specification_text


class VersionLockfileHandler(TerrariumHandler):
    """The lock for exchange."""

    @operation(
        "The lock as a conda-lock v1 file",
        action="read",
        resource=RESOURCE,
        response=str,
        media_type="text/plain",
        errors=(404, 503),
    )
    async def get(self, principal: Principal, namespace: str, name: str, version: str) -> str:
        """Alone enough to reproduce the digest."""
        return await self.run_slow(
            self.services.versions.lockfile, principal, namespace, name, version
        )


class VersionBuildsHandler(TerrariumHandler):
    """Builds of a version."""

    @operation(
        "Build a version again",
        action="execute",
        resource="builds",
        response=Build,
        status=201,
        errors=(403, 404, 409, 429),
    )
    async def post(self, principal: Principal, namespace: str, name: str, version: str) -> Build:
        """Retry after a failure."""
        build_id = await self.run(
            self.services.versions.rebuild, principal, namespace, name, version
        )
        return await self.run(self.services.builds.show, principal, build_id)
