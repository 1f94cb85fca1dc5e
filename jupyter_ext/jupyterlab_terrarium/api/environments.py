"""``environments`` and ``environments/{namespace}/{name}``."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from ..access.principals import Principal
from ..models.base import BaseModel
from ..models.environment import (
    Environment,
    EnvironmentCopy,
    EnvironmentCreate,
    EnvironmentSummary,
    EnvironmentUpdate,
)
from ..models.names import Name
from ..models.status import Page
from .base import TerrariumHandler
from .operation import operation


class EnvironmentQuery(BaseModel):
    """Query of ``GET environments``."""

    model_config = ConfigDict(extra="forbid")
    namespace: Name | None = None
    filter: str = Field(
        default="",
        max_length=200,
        description="Words; each is part of the name, title or headline, or begins the name of a "
        "package (`numpy`) or a part of it (`ggplot2` of `r-ggplot2`).",
    )
    limit: int = Field(default=100, ge=1, le=500)
    cursor: str | None = Field(default=None, max_length=500)


def located(handler: TerrariumHandler, created: Environment) -> Environment:
    """*created*, with the header that says where it is."""
    path = f"environments/{created.namespace}/{created.name}"
    handler.set_header("Location", handler.api.base_path + path)
    return created


class EnvironmentsHandler(TerrariumHandler):
    """The list of environments."""

    @operation(
        "List environments",
        action="read",
        resource="environments",
        query=EnvironmentQuery,
        response=Page[EnvironmentSummary],
        remembered=True,
    )
    async def get(self, principal: Principal, query: EnvironmentQuery) -> Page[EnvironmentSummary]:
        """A page, by namespace and name."""
        return await self.run(
            self.services.environments.page,
            principal,
            namespace=query.namespace,
            text=query.filter,
            limit=query.limit,
            cursor=query.cursor,
        )

    @operation(
        "Create an environment and build its first version",
        action="write",
        resource="environments",
        body=EnvironmentCreate,
        response=Environment,
        status=201,
        errors=(403, 404, 409, 422, 429, 503),
    )
    async def post(self, principal: Principal, body: EnvironmentCreate) -> Environment:
        """Accepted at once; follow the build by events."""
        run = self.run if body.lockfile is None else self.run_slow
        return located(self, await run(self.services.environments.create, principal, body))


class EnvironmentHandler(TerrariumHandler):
    """One environment."""

    @operation(
        "Show an environment",
        action="read",
        resource="environments",
        response=Environment,
        errors=(404,),
        remembered=True,
    )
    async def get(self, principal: Principal, namespace: str, name: str) -> Environment:
        """Everything about it."""
        return await self.run(self.services.environments.show, principal, namespace, name)

    @operation(
        "Change title, description, current version, hold, name or namespace",
        action="write",
        resource="environments",
        body=EnvironmentUpdate,
        response=Environment,
        errors=(403, 404, 409),
    )
    async def patch(
        self, principal: Principal, namespace: str, name: str, body: EnvironmentUpdate
    ) -> Environment:
        """Fields that are null stay as they are."""
        return await self.run(self.services.environments.update, principal, namespace, name, body)

    @operation(
        "Delete an environment (softly)",
        action="write",
        resource="environments",
        status=204,
        errors=(403, 404),
    )
    async def delete(self, principal: Principal, namespace: str, name: str) -> None:
        """Its kernels go with it; running ones keep their files."""
        await self.run(self.services.environments.delete, principal, namespace, name)


class CopiesHandler(TerrariumHandler):
    """Copies of one environment."""

    @operation(
        "Copy an environment",
        action="write",
        resource="environments",
        body=EnvironmentCopy,
        response=Environment,
        status=201,
        errors=(403, 404, 409),
    )
    async def post(
        self, principal: Principal, namespace: str, name: str, body: EnvironmentCopy
    ) -> Environment:
        """At once, whatever its size; with kernels of its own."""
        return located(
            self, await self.run(self.services.copies.make, principal, namespace, name, body)
        )
