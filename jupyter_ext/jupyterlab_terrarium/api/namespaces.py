"""``namespaces`` and their members."""

from __future__ import annotations

from typing import cast

from ..access.principals import Principal
from ..models.namespace import (
    Member,
    MemberKind,
    MemberUpdate,
    Namespace,
    NamespaceCreate,
    NamespaceUpdate,
)
from ..models.problem import NotFound
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


class MembersHandler(TerrariumHandler):
    """Members of one namespace."""

    @operation(
        "Members of a namespace",
        action="read",
        resource="members",
        response=Page[Member],
        errors=(404,),
    )
    async def get(self, principal: Principal, namespace: str) -> Page[Member]:
        """Users first, then groups."""
        return await self.run(self.services.members.page, principal, namespace)


class MemberHandler(TerrariumHandler):
    """One user or group in a namespace."""

    @operation(
        "Give a user or group a role",
        action="write",
        resource="members",
        body=MemberUpdate,
        response=Member,
        errors=(403, 404, 409),
    )
    async def put(
        self, principal: Principal, namespace: str, kind: str, member: str, body: MemberUpdate
    ) -> Member:
        """In place of the role that they have."""
        return await self.run(
            self.services.members.put, principal, namespace, _kind(kind), member, body
        )

    @operation(
        "Take a role away",
        action="write",
        resource="members",
        status=204,
        errors=(403, 404, 409),
    )
    async def delete(self, principal: Principal, namespace: str, kind: str, member: str) -> None:
        """Owners remove others; everybody may leave."""
        await self.run(self.services.members.remove, principal, namespace, _kind(kind), member)


def _kind(text: str) -> MemberKind:
    if text not in ("user", "group"):
        raise NotFound(f"a member is a user or a group, not '{text[:40]}'")
    return cast(MemberKind, text)
