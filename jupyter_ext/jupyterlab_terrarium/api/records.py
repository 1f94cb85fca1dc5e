"""``records``: that notebooks were saved on versions."""

from __future__ import annotations

from ..access.principals import Principal
from ..models.record import RecordCreate
from .base import TerrariumHandler
from .operation import operation

RESOURCE = "records"


class VersionRecordsHandler(TerrariumHandler):
    """Notebooks that were saved on a version."""

    @operation(
        "Tell that a notebook was saved on a version",
        action="write",
        resource=RESOURCE,
        body=RecordCreate,
        status=204,
        errors=(404,),
    )
    async def post(
        self, principal: Principal, namespace: str, name: str, version: str, body: RecordCreate
    ) -> None:
        """Clean-up keeps it then, until the same notebook is saved on another one."""
        await self.run(self.services.records.add, principal, namespace, name, version, body)
