"""``tokens``: what scripts and servers authenticate with, as their users handle them."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from ..access.principals import Principal
from ..models.base import BaseModel
from ..models.status import Page
from ..models.token import Token, TokenCreate, TokenCreated
from .base import TerrariumHandler
from .operation import operation

RESOURCE = "tokens"


class TokenQuery(BaseModel):
    """Query of ``GET tokens``."""

    model_config = ConfigDict(extra="forbid")
    everybody: bool = Field(default=False, description="Everybody's; for administrators.")


class TokensHandler(TerrariumHandler):
    """The caller's tokens."""

    @operation(
        "List your tokens",
        action="read",
        resource=RESOURCE,
        query=TokenQuery,
        response=Page[Token],
        errors=(403,),
    )
    async def get(self, principal: Principal, query: TokenQuery) -> Page[Token]:
        """Newest first, without their secrets."""
        return await self.run(self.services.tokens.page, principal, everybody=query.everybody)

    @operation(
        "Make a token",
        action="write",
        resource=RESOURCE,
        body=TokenCreate,
        response=TokenCreated,
        status=201,
        errors=(403, 404),
    )
    async def post(self, principal: Principal, body: TokenCreate) -> TokenCreated:
        """The answer has the token itself, which nobody is shown again. No token may make one."""
        return await self.run(self.services.tokens.create, principal, body)


class TokenHandler(TerrariumHandler):
    """One token."""

    @operation("Revoke a token", action="write", resource=RESOURCE, status=204, errors=(403, 404))
    async def delete(self, principal: Principal, token: str) -> None:
        """At once, by its id. Its user may, and administrators."""
        await self.run(self.services.tokens.revoke, principal, token)
