"""``scratches``: trying something out over a version, keeping it, throwing it away."""

from __future__ import annotations

from ..access.principals import Principal
from ..models.scratch import KeptScratch, Scratch
from ..models.status import Page
from .base import TerrariumHandler
from .operation import operation

RESOURCE = "scratches"


class VersionScratchesHandler(TerrariumHandler):
    """Layers over one version."""

    @operation(
        "Try something out over a version",
        action="execute",
        resource=RESOURCE,
        response=Scratch,
        status=201,
        errors=(404, 409),
    )
    async def post(self, principal: Principal, namespace: str, name: str, version: str) -> Scratch:
        """A private writable layer with a kernel; the version stays untouched."""
        return await self.run(self.services.scratches.create, principal, namespace, name, version)


class ScratchesHandler(TerrariumHandler):
    """The caller's layers."""

    @operation("List your scratch layers", action="read", resource=RESOURCE, response=Page[Scratch])
    async def get(self, principal: Principal) -> Page[Scratch]:
        """Newest first."""
        return await self.run(self.services.scratches.page, principal)


class ScratchHandler(TerrariumHandler):
    """One layer."""

    @operation(
        "Show a scratch layer", action="read", resource=RESOURCE, response=Scratch, errors=(404,)
    )
    async def get(self, principal: Principal, scratch: str) -> Scratch:
        """With what was added by hand."""
        return await self.run(self.services.scratches.show, principal, scratch)

    @operation(
        "Throw a scratch layer away", action="execute", resource=RESOURCE, status=204, errors=(404,)
    )
    async def delete(self, principal: Principal, scratch: str) -> None:
        """With its kernel."""
        await self.run(self.services.scratches.discard, principal, scratch)


class ScratchSpecificationHandler(TerrariumHandler):
    """What a layer becomes when it is kept."""

    @operation(
        "The specification that keeps what was tried out",
        action="execute",
        resource=RESOURCE,
        response=KeptScratch,
        errors=(400, 404, 422, 503),
    )
    async def post(self, principal: Principal, scratch: str) -> KeptScratch:
        """The version's own with the packages that were added by hand.

        Nothing of the environment changes. A wheel is built of what was installed from a
        directory, which takes seconds.
        """
        return await self.run_files(self.services.scratches.keep, principal, scratch)
