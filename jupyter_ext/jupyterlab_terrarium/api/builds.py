"""``builds``, a build's log, and cancelling."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from ..access.principals import Principal
from ..models.base import BaseModel
from ..models.build import Build, BuildLog
from ..models.help import BuildHelp
from ..models.status import Page
from .base import TerrariumHandler
from .operation import operation


class BuildsQuery(BaseModel):
    """Query of ``GET builds``."""

    model_config = ConfigDict(extra="forbid")
    active: bool | None = Field(default=None, description="Only those that have not ended, or not.")
    limit: int = Field(default=50, ge=1, le=500)
    cursor: str | None = Field(default=None, max_length=500)


class LogQuery(BaseModel):
    """Query of ``GET builds/{id}/log``."""

    model_config = ConfigDict(extra="forbid")
    offset: int = Field(default=0, ge=0, le=2**53, description="Bytes into the log file.")


class BuildsHandler(TerrariumHandler):
    """Builds, newest first."""

    @operation(
        "List builds", action="read", resource="builds", query=BuildsQuery, response=Page[Build]
    )
    async def get(self, principal: Principal, query: BuildsQuery) -> Page[Build]:
        """Of all environments that the caller can see."""
        return await self.run(
            self.services.builds.page,
            principal,
            active=query.active,
            limit=query.limit,
            cursor=query.cursor,
        )


class BuildHandler(TerrariumHandler):
    """One build."""

    @operation("Show a build", action="read", resource="builds", response=Build, errors=(404,))
    async def get(self, principal: Principal, build: str) -> Build:
        """State, phases, progress, problem."""
        return await self.run(self.services.builds.show, principal, build)


class BuildLogHandler(TerrariumHandler):
    """A build's log."""

    @operation(
        "Read a build's log",
        action="read",
        resource="builds",
        query=LogQuery,
        response=BuildLog,
        errors=(404,),
    )
    async def get(self, principal: Principal, build: str, query: LogQuery) -> BuildLog:
        """Events from an offset on."""
        return await self.run(self.services.builds.log, principal, build, query.offset)


class BuildCancelHandler(TerrariumHandler):
    """Cancelling."""

    @operation(
        "Cancel a build",
        action="execute",
        resource="builds",
        response=Build,
        status=202,
        errors=(403, 404),
    )
    async def post(self, principal: Principal, build: str) -> Build:
        """In any phase; nothing visible is left of it."""
        return await self.run(self.services.builds.cancel, principal, build)


class BuildHelpHandler(TerrariumHandler):
    """Asking for help."""

    @operation(
        "Ask for help with a build",
        action="read",
        resource="builds",
        response=BuildHelp,
        errors=(404,),
    )
    async def get(self, principal: Principal, build: str) -> BuildHelp:
        """One text with everything that somebody else needs; secrets are taken out."""
        return await self.run_slow(self.services.help.bundle, principal, build)
