"""``cleanup``: the report, and doing what it says."""

from __future__ import annotations

from ..access.principals import Principal
from ..models.cleanup import CleanupApply, CleanupDone, CleanupReport
from .base import TerrariumHandler
from .operation import operation


class CleanupHandler(TerrariumHandler):
    """Clean-up of the whole store."""

    @operation(
        "What clean-up would remove, and what that frees",
        action="read",
        resource="store",
        response=CleanupReport,
        errors=(403, 503),
    )
    async def get(self, principal: Principal) -> CleanupReport:
        """Removes nothing."""
        return await self.run_files(self.services.cleanup.report, principal)

    @operation(
        "Remove what a report said",
        action="execute",
        resource="store",
        body=CleanupApply,
        response=CleanupDone,
        errors=(403, 409, 503),
    )
    async def post(self, principal: Principal, body: CleanupApply) -> CleanupDone:
        """What is in use or wanted again by now stays."""
        return await self.run_files(self.services.cleanup.apply, principal, body.report)
