"""``members`` of a namespace, and of one environment of it: the same verbs below both."""

from __future__ import annotations

from typing import cast

from ..access.principals import Principal
from ..models.namespace import Member, MemberKind, MemberUpdate
from ..models.problem import NotFound
from ..models.status import Page
from .base import TerrariumHandler
from .operation import operation

RESOURCE = "members"


class MembersHandler(TerrariumHandler):
    """Everybody with a role in a namespace, or on the environment that the path names."""

    @operation(
        "Who has which role in a namespace, or on one environment",
        action="read",
        resource=RESOURCE,
        response=Page[Member],
        errors=(404,),
    )
    async def get(
        self, principal: Principal, namespace: str, name: str | None = None
    ) -> Page[Member]:
        """Users first, then groups. A role on an environment adds to the one in its namespace."""
        return await self.run(self.services.members.page, principal, namespace, name)


class MemberHandler(TerrariumHandler):
    """One user or group in a namespace, or with a role on one environment."""

    @operation(
        "Give a user or group a role",
        action="write",
        resource=RESOURCE,
        body=MemberUpdate,
        response=Member,
        errors=(403, 404, 409),
    )
    async def put(
        self,
        principal: Principal,
        namespace: str,
        kind: str,
        member: str,
        body: MemberUpdate,
        name: str | None = None,
    ) -> Member:
        """In place of the role that they have in that place."""
        put = self.services.members.put
        return await self.run(put, principal, namespace, _kind(kind), member, body, name)

    @operation(
        "Take a role away",
        action="write",
        resource=RESOURCE,
        status=204,
        errors=(403, 404, 409),
    )
    async def delete(
        self,
        principal: Principal,
        namespace: str,
        kind: str,
        member: str,
        name: str | None = None,
    ) -> None:
        """Owners remove others; everybody may leave."""
        remove = self.services.members.remove
        await self.run(remove, principal, namespace, _kind(kind), member, name)


def _kind(text: str) -> MemberKind:
    if text not in ("user", "group"):
        raise NotFound(f"a member is a user or a group, not '{text[:40]}'")
    return cast(MemberKind, text)
