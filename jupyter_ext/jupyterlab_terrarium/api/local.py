"""``local/environments``: what is on this machine. Not passed on to a team store."""

from __future__ import annotations

from ..access.principals import Principal
from ..models.local import LocalEnvironment
from ..models.record import RunningKernel
from .base import TerrariumHandler
from .operation import operation


class LocalEnvironmentHandler(TerrariumHandler):
    """An environment on this machine."""

    @operation(
        "Whether an environment's current version is on this machine",
        action="read",
        resource="environments",
        response=LocalEnvironment,
        errors=(404,),
    )
    async def get(self, principal: Principal, namespace: str, name: str) -> LocalEnvironment:
        """Its state, and its kernels in this session."""
        return await self.run(self.services.local.show, principal, namespace, name)

    @operation(
        "Get an environment's current version onto this machine",
        action="execute",
        resource="environments",
        response=LocalEnvironment,
        errors=(404,),
    )
    async def put(self, principal: Principal, namespace: str, name: str) -> LocalEnvironment:
        """Take the files of the team store where they can be read, else build the same lock."""
        return await self.run(self.services.local.get, principal, namespace, name)


class RunningKernelHandler(TerrariumHandler):
    """A kernel of this machine."""

    @operation(
        "Which version a running kernel runs",
        action="read",
        resource="environments",
        response=RunningKernel,
        errors=(404,),
    )
    async def get(self, principal: Principal, kernel: str) -> RunningKernel:
        """The one that it was started with, whatever is current now."""
        return await self.run(self.services.local.running, principal, kernel)
