"""``records``: that notebooks were saved on versions, and how to get back what they record."""

from __future__ import annotations

from ..access.principals import Principal
from ..models.record import NotebookRecord, RecordCreate
from ..models.share import Card, ShareUse
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


class RecordedHandler(TerrariumHandler):
    """What a notebook records."""

    @operation(
        "Show what a notebook records",
        action="read",
        resource=RESOURCE,
        query=NotebookRecord,
        response=Card,
        errors=(404,),
    )
    async def get(self, principal: Principal, query: NotebookRecord) -> Card:
        """Found by its lock digest among what the caller may read; nothing is built."""
        return await self.run(self.services.recorded.card, principal, query)


class RecordedUseHandler(TerrariumHandler):
    """Running a notebook as it was made."""

    @operation(
        "Get kernels of exactly what a notebook records",
        action="execute",
        resource=RESOURCE,
        body=NotebookRecord,
        response=ShareUse,
        errors=(404, 409, 429),
    )
    async def post(self, principal: Principal, body: NotebookRecord) -> ShareUse:
        """Files that are not here any more are built from the very same lock."""
        return await self.run(self.services.recorded.use, principal, body)
