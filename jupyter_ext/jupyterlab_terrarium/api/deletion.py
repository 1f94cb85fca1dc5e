"""``deleted-environments``."""

from __future__ import annotations

from ..access.principals import Principal
from ..models.deletion import DeletedEnvironment, EnvironmentRestore
from ..models.environment import Environment
from ..models.status import Page
from .base import TerrariumHandler
from .operation import operation


class DeletedEnvironmentsHandler(TerrariumHandler):
    """What was deleted and can be restored."""

    @operation(
        "List deleted environments that can be restored",
        action="read",
        resource="environments",
        response=Page[DeletedEnvironment],
    )
    async def get(self, principal: Principal) -> Page[DeletedEnvironment]:
        """The last 100, newest first."""
        return await self.run(self.services.deletion.page, principal)


class RestoreHandler(TerrariumHandler):
    """Undoing a deletion."""

    @operation(
        "Restore a deleted environment",
        action="write",
        resource="environments",
        body=EnvironmentRestore,
        response=Environment,
        errors=(403, 404, 409),
    )
    async def post(
        self, principal: Principal, environment: str, body: EnvironmentRestore
    ) -> Environment:
        """With its versions and kernels; files that are gone are built again."""
        return await self.run(self.services.deletion.restore, principal, environment, body.name)
