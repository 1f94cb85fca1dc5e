"""Use cases of members: who has which role in a shared namespace."""

from __future__ import annotations

from ..access.permissions import Grant, require
from ..access.principals import Principal
from ..models.namespace import Member, MemberKind, MemberUpdate
from ..models.problem import Conflict, InvalidRequest, NotFound
from ..models.status import Page
from ..store import members
from ..store.team_tables import MemberRow
from .auditing import audited
from .context import ServiceContext

MAX_NAME = 255


class MemberService:
    """Members of the namespaces that the principal can see."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def page(self, principal: Principal, namespace: str) -> Page[Member]:
        """Everybody with a role in a namespace: users first, then groups."""
        with self._context.database.read() as session:
            grant = require(session, principal, namespace, "read")
            items = [_view(row) for row in members.of(session, grant.namespace.id)]
        return Page[Member](items=items, total=len(items))

    @audited("member.put")
    def put(
        self,
        principal: Principal,
        namespace: str,
        kind: MemberKind,
        name: str,
        request: MemberUpdate,
    ) -> Member:
        """Give a user or group a role. Raises :class:`Conflict` when no owner would be left."""
        if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
            raise InvalidRequest(f"this is not the name of a {kind}")
        with self._context.database.write() as session:
            grant = require(session, principal, namespace, "members")
            _refuse_personal(grant)
            row = members.put(session, grant.namespace, kind, name, request.role, by=principal.user)
            if not members.has_owner(session, grant.namespace):
                raise _ownerless(namespace)
            return _view(row)

    @audited("member.remove")
    def remove(self, principal: Principal, namespace: str, kind: MemberKind, name: str) -> None:
        """Take the role away; everybody may leave. Raises :class:`Conflict` for the last owner."""
        own = kind == "user" and name == principal.user and principal.limit is None
        with self._context.database.write() as session:
            grant = require(session, principal, namespace, "read" if own else "members")
            _refuse_personal(grant)
            row = members.find(session, grant.namespace, kind, name)
            if row is None:
                raise NotFound(f"'{namespace}' has no member '{name}'")
            session.delete(row)
            session.flush()
            if not members.has_owner(session, grant.namespace):
                raise _ownerless(namespace)


def _refuse_personal(grant: Grant) -> None:
    if grant.namespace.kind == "personal":
        raise Conflict(
            "a personal namespace has no members",
            "Make a shared namespace and move the environment there, or share it by a link.",
        )


def _ownerless(namespace: str) -> Conflict:
    return Conflict(
        f"nobody would be left who may decide about '{namespace}'",
        "Make somebody else an owner first.",
    )


def _view(row: MemberRow) -> Member:
    return Member(
        kind="user" if row.kind == "user" else "group",
        name=row.subject,
        role="owner" if row.role == "owner" else "editor" if row.role == "editor" else "viewer",
        since=row.created,
        added_by=row.created_by,
    )
