"""``status`` and ``openapi.json``."""

from __future__ import annotations

from typing import Any

from ..access.principals import Principal
from ..models.status import Status
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


class OpenApiHandler(TerrariumHandler):
    """The API's own description."""

    @operation(
        "This API as OpenAPI 3.1", action="read", resource="openapi", response=dict[str, Any]
    )
    async def get(self, principal: Principal) -> dict[str, Any]:
        """The document that ``docs/openapi.json`` holds too."""
        from .openapi import document

        return document()
