"""``people``: what belongs to one person."""

from __future__ import annotations

from ..access.principals import Principal
from ..models.transfer import Transfer, TransferRequest
from .base import TerrariumHandler
from .operation import operation


class TransferHandler(TerrariumHandler):
    """Everything that a person owns."""

    @operation(
        "Hand over everything that a person owns",
        action="write",
        resource="people",
        body=TransferRequest,
        response=Transfer,
        errors=(403, 404),
    )
    async def post(self, principal: Principal, user: str, body: TransferRequest) -> Transfer:
        """For an administrator, and for the person. Done again it changes nothing."""
        return await self.run(self.services.transfers.run, principal, user, body)
