"""``environments/{namespace}/{name}/pointers/{pointer}``."""

from __future__ import annotations

from ..access.principals import Principal
from ..models.environment import Pointer, PointerUpdate
from .base import TerrariumHandler
from .operation import operation


class PointerHandler(TerrariumHandler):
    """A named pointer; all of them are part of the environment's own answer."""

    @operation(
        "Let a pointer lead to a version",
        action="write",
        resource="environments",
        body=PointerUpdate,
        response=Pointer,
        errors=(403, 404, 409),
    )
    async def put(
        self, principal: Principal, namespace: str, name: str, pointer: str, body: PointerUpdate
    ) -> Pointer:
        """Made when it is not there; the version must be ready."""
        return await self.run(self.services.pointers.put, principal, namespace, name, pointer, body)

    @operation(
        "Remove a pointer",
        action="write",
        resource="environments",
        status=204,
        errors=(403, 404),
    )
    async def delete(self, principal: Principal, namespace: str, name: str, pointer: str) -> None:
        """The version that it leads to stays."""
        await self.run(self.services.pointers.delete, principal, namespace, name, pointer)
