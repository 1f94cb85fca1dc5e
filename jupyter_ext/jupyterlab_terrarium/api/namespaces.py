"""``namespaces``."""

from __future__ import annotations

from ..access.principals import Principal
from ..models.namespace import Namespace, NamespaceCreate, NamespaceUpdate
from ..models.status import Page
from .base import TerrariumHandler
from .operation import operation


class NamespacesHandler(TerrariumHandler):
    """Namespaces of the caller."""

    @operation(
        "Namespaces that the caller can see",
        action="read",
        resource="namespaces",
        response=Page[Namespace],
        remembered=True,
    )
    async def get(self, principal: Principal) -> Page[Namespace]:
        """The caller's own namespace first."""
        return await self.run(self.services.namespaces.page, principal)

    @operation(
        "Make a shared namespace",
        action="write",
        resource="namespaces",
        body=NamespaceCreate,
        response=Namespace,
        status=201,
        errors=(403, 409),
    )
    async def post(self, principal: Principal, body: NamespaceCreate) -> Namespace:
        """The caller is its first owner."""
        return await self.run(self.services.namespaces.create, principal, body)


class NamespaceHandler(TerrariumHandler):
    """One namespace."""

    @operation(
        "One namespace",
        action="read",
        resource="namespaces",
        response=Namespace,
        errors=(404,),
        remembered=True,
    )
    async def get(self, principal: Principal, namespace: str) -> Namespace:
        """With the caller's role in it."""
        return await self.run(self.services.namespaces.show, principal, namespace)

    @operation(
        "Change a namespace",
        action="write",
        resource="namespaces",
        body=NamespaceUpdate,
        response=Namespace,
        errors=(403, 404),
    )
    async def patch(self, principal: Principal, namespace: str, body: NamespaceUpdate) -> Namespace:
        """Its title."""
        return await self.run(self.services.namespaces.update, principal, namespace, body)
