"""``files``: package files of a version, for servers that build the same lock elsewhere."""

from __future__ import annotations

from pathlib import Path

from ..access.principals import Principal
from .base import TerrariumHandler
from .operation import operation


class PackageFileHandler(TerrariumHandler):
    """One package file of the lock of a version."""

    @operation(
        "A package file of a version, by its SHA-256",
        action="read",
        resource="environments",
        response=bytes,
        media_type="application/octet-stream",
        errors=(404,),
    )
    async def get(
        self, principal: Principal, namespace: str, name: str, version: str, sha256: str
    ) -> Path:
        """As it was fetched, when the store keeps it; hashed anew before it is sent."""
        return await self.run(
            self.services.package_files.find, principal, namespace, name, version, sha256
        )
