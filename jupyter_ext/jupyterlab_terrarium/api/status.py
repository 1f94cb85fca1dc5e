"""``status``, ``namespaces`` and ``openapi.json``."""

from __future__ import annotations

from typing import Any

from ..access.principals import Principal
from ..models.environment import Namespace
from ..models.status import Page, Status
from .base import TerrariumHandler
from .operation import operation


class StatusHandler(TerrariumHandler):
    """The server's state."""

    @operation(
        "What the server says about itself", action="read", resource="status", response=Status
    )
    async def get(self, principal: Principal) -> Status:
        """Versions, the caller, channels, problems."""
        return await self.run(self.services.status.show, principal)


class NamespacesHandler(TerrariumHandler):
    """Namespaces of the caller."""

    @operation(
        "Namespaces that the caller can see",
        action="read",
        resource="namespaces",
        response=Page[Namespace],
    )
    async def get(self, principal: Principal) -> Page[Namespace]:
        """The caller's own namespace first."""
        return await self.run(self.services.namespaces.page, principal)


class OpenApiHandler(TerrariumHandler):
    """The API's own description."""

    @operation(
        "This API as OpenAPI 3.1", action="read", resource="openapi", response=dict[str, Any]
    )
    async def get(self, principal: Principal) -> dict[str, Any]:
        """The document that ``docs/openapi.json`` holds too."""
        from .openapi import document

        return document()
