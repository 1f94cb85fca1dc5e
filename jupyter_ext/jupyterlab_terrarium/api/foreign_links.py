"""``foreign-links``: links that this store has not made, and recipes that travel in links."""

from __future__ import annotations

from ..access.principals import Principal
from ..models.recipe import RecipeLink
from ..models.share import ForeignLink, ForeignLinkRequest
from .base import TerrariumHandler
from .operation import operation

RESOURCE = "shares"


class ForeignLinksHandler(TerrariumHandler):
    """Links from elsewhere."""

    @operation(
        "Show what a link from elsewhere leads to",
        action="execute",
        resource=RESOURCE,
        body=ForeignLinkRequest,
        response=ForeignLink,
        errors=(403, 422, 424, 503),
    )
    async def post(self, principal: Principal, body: ForeignLinkRequest) -> ForeignLink:
        """Fetched where it must be; nothing is built, and what it holds is validated."""
        return await self.run_slow(self.services.foreign_links.open, body.link)


class RecipeHandler(TerrariumHandler):
    """A version as a recipe."""

    @operation(
        "The specification as the payload of a link",
        action="read",
        resource="environments",
        response=RecipeLink,
        errors=(404, 409),
    )
    async def get(
        self, principal: Principal, namespace: str, name: str, version: str
    ) -> RecipeLink:
        """For links that need no store; 409 when it does not fit."""
        return await self.run(
            self.services.foreign_links.recipe, principal, namespace, name, version
        )
