"""``lock``: the lock of a version in the form used inside, for servers connected to this store."""

from __future__ import annotations

from ..access.principals import Principal
from ..models.lock import Lock
from .base import TerrariumHandler
from .operation import operation


class VersionLockHandler(TerrariumHandler):
    """The lock of a version."""

    @operation(
        "The lock in the form that stores exchange among themselves",
        action="read",
        resource="environments",
        response=Lock,
        errors=(404,),
    )
    async def get(self, principal: Principal, namespace: str, name: str, version: str) -> Lock:
        """At once, unlike the lockfile."""
        return await self.run(self.services.versions.lock, principal, namespace, name, version)
