"""``audit``: who did what."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from ..access.principals import Principal
from ..models.audit import AuditEntry
from ..models.base import BaseModel
from ..models.names import Name
from ..models.status import Page
from .base import TerrariumHandler
from .operation import operation

RESOURCE = "audit"


class LinesQuery(BaseModel):
    """Query of ``GET audit/lines``."""

    model_config = ConfigDict(extra="forbid")
    namespace: Name | None = Field(default=None, description="Only this namespace.")


class AuditQuery(LinesQuery):
    """Query of ``GET audit``."""

    user: str | None = Field(default=None, max_length=255, description="Only what they did.")
    action: str | None = Field(
        default=None, max_length=63, description="Only this action, or all of a noun."
    )
    limit: int = Field(default=100, ge=1, le=500)
    cursor: str | None = Field(default=None, description="The `next_cursor` of the page before.")


class AuditHandler(TerrariumHandler):
    """The audit, in pages."""

    @operation(
        "Read the audit",
        action="read",
        resource=RESOURCE,
        query=AuditQuery,
        response=Page[AuditEntry],
        errors=(403, 404),
    )
    async def get(self, principal: Principal, query: AuditQuery) -> Page[AuditEntry]:
        """Newest first: of the namespaces that the caller owns; all of it for administrators."""
        return await self.run(
            self.services.audit.page,
            principal,
            namespace=query.namespace,
            user=query.user,
            action=query.action,
            limit=query.limit,
            cursor=query.cursor,
        )


class AuditLinesHandler(TerrariumHandler):
    """The audit, as a file."""

    @operation(
        "Export the audit as JSON lines",
        action="read",
        resource=RESOURCE,
        query=LinesQuery,
        response=str,
        media_type="application/x-ndjson",
        errors=(403, 404),
    )
    async def get(self, principal: Principal, query: LinesQuery) -> str:
        """The newest 10,000, newest first."""
        return await self.run(self.services.audit.lines, principal, query.namespace)
