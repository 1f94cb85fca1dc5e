"""``shares``: links to environments, as those see them who make them."""

from __future__ import annotations

from ..access.principals import Principal
from ..models.share import Share, ShareCreate, ShareCreated
from ..models.status import Page
from .base import TerrariumHandler
from .operation import operation

RESOURCE = "shares"


class EnvironmentSharesHandler(TerrariumHandler):
    """Links to one environment."""

    @operation(
        "List links to an environment",
        action="read",
        resource=RESOURCE,
        response=Page[Share],
        errors=(404,),
    )
    async def get(self, principal: Principal, namespace: str, name: str) -> Page[Share]:
        """The caller's own, and everybody's for an owner; newest first."""
        return await self.run(self.services.shares.page_of, principal, namespace, name)

    @operation(
        "Make a link to an environment",
        action="write",
        resource=RESOURCE,
        body=ShareCreate,
        response=ShareCreated,
        status=201,
        errors=(403, 404, 409),
    )
    async def post(
        self, principal: Principal, namespace: str, name: str, body: ShareCreate
    ) -> ShareCreated:
        """The answer has the link's token, which nobody is shown again."""
        return await self.run(self.services.shares.create, principal, namespace, name, body)


class SharesHandler(TerrariumHandler):
    """The caller's links."""

    @operation("List your links", action="read", resource=RESOURCE, response=Page[Share])
    async def get(self, principal: Principal) -> Page[Share]:
        """Newest first."""
        return await self.run(self.services.shares.page, principal)


class ShareHandler(TerrariumHandler):
    """One link."""

    @operation("Revoke a link", action="write", resource=RESOURCE, status=204, errors=(404,))
    async def delete(self, principal: Principal, share: str) -> None:
        """At once. Its maker may, and the owners of the namespace."""
        await self.run(self.services.shares.revoke, principal, share)
