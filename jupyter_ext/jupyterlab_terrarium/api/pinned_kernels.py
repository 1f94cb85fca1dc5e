"""``environments/{namespace}/{name}/kernels``: kernels of one version or pointer."""

from __future__ import annotations

from ..access.principals import Principal
from ..models.environment import KernelPin, PinnedKernel
from ..models.status import Page
from .base import TerrariumHandler
from .operation import operation


class PinnedKernelsHandler(TerrariumHandler):
    """Pinned kernels; all of them are part of the environment's own answer."""

    @operation(
        "Pin a kernel to a version or a pointer",
        action="write",
        resource="environments",
        body=KernelPin,
        response=Page[PinnedKernel],
        status=201,
        errors=(403, 404, 409),
    )
    async def post(
        self, principal: Principal, namespace: str, name: str, body: KernelPin
    ) -> Page[PinnedKernel]:
        """One for each kernel of the version. One that follows a pointer moves with it."""
        return await self.run(self.services.pinned_kernels.create, principal, namespace, name, body)


class PinnedKernelHandler(TerrariumHandler):
    """One pinned kernel."""

    @operation(
        "Remove a pinned kernel",
        action="write",
        resource="environments",
        status=204,
        errors=(403, 404),
    )
    async def delete(self, principal: Principal, namespace: str, name: str, kernel: str) -> None:
        """By the name of its kernelspec. One that runs goes on; the version stays."""
        await self.run(self.services.pinned_kernels.delete, principal, namespace, name, kernel)
