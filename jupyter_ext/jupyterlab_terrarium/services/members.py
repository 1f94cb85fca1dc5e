"""Use cases of members: who has which role in a shared namespace, or on one environment of it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ..access.permissions import Action, Grant, require
from ..access.principals import Principal
from ..models.namespace import Member, MemberKind, MemberUpdate, Role
from ..models.problem import Conflict, InvalidRequest, NotFound
from ..models.status import Page
from ..store import environments, members
from ..store.team_tables import MemberRow
from .auditing import audited
from .context import ServiceContext

MAX_NAME = 255


class MemberService:
    """Members of the namespaces that the principal can see."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def page(
        self, principal: Principal, namespace: str, environment: str | None = None
    ) -> Page[Member]:
        """Everybody with a role in a namespace, or on one *environment*: users first, by name."""
        with self._context.database.read() as session:
            grant, environment_id = self._place(session, principal, namespace, environment, "read")
            rows = members.of(session, grant.namespace.id, environment_id)
            items = [_view(row) for row in rows]
        return Page[Member](items=items, total=len(items))

    @audited("member.put")
    def put(
        self,
        principal: Principal,
        namespace: str,
        kind: MemberKind,
        name: str,
        request: MemberUpdate,
        environment: str | None = None,
    ) -> Member:
        """Give a user or group a role. Raises :class:`Conflict` when no owner would be left.

        A role on one *environment* adds to the one that they have in the namespace.
        """
        if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
            raise InvalidRequest(f"this is not the name of a {kind}")
        with self._context.database.write() as session:
            place = self._place(session, principal, namespace, environment, "members")
            grant, environment_id = place
            _refuse_personal(grant)
            row = members.put(
                session,
                grant.namespace,
                kind,
                name,
                request.role,
                by=principal.user,
                environment_id=environment_id,
            )
            if not members.has_owner(session, grant.namespace):
                raise _ownerless(namespace)
            return _view(row)

    @audited("member.remove")
    def remove(
        self,
        principal: Principal,
        namespace: str,
        kind: MemberKind,
        name: str,
        environment: str | None = None,
    ) -> None:
        """Take the role away; everybody may leave. Raises :class:`Conflict` for the last owner."""
        own = kind == "user" and name == principal.user and principal.limit is None
        action: Action = "read" if own else "members"
        with self._context.database.write() as session:
            place = self._place(session, principal, namespace, environment, action)
            grant, environment_id = place
            _refuse_personal(grant)
            row = members.find(session, grant.namespace, kind, name, environment_id)
            if row is None:
                raise NotFound(f"'{namespace}' has no member '{name}'")
            members.remove(session, row)
            if not members.has_owner(session, grant.namespace):
                raise _ownerless(namespace)

    def _place(
        self,
        session: Session,
        principal: Principal,
        namespace: str,
        environment: str | None,
        action: Action,
    ) -> tuple[Grant, str]:
        """Where the roles are about that are meant; the id is empty for the whole namespace."""
        grant = require(session, principal, namespace, action, environment)
        if environment is None:
            return grant, ""
        platform = self._context.platform
        record = environments.find(session, grant.namespace.id, environment, platform)
        if record is None:
            raise NotFound(f"there is no environment '{namespace}/{environment}'")
        return grant, record.environment.id


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


def role_of(row: MemberRow) -> Role:
    """The role that a row grants; what is not known grants the least."""
    return "owner" if row.role == "owner" else "editor" if row.role == "editor" else "viewer"


def _view(row: MemberRow) -> Member:
    return Member(
        kind="user" if row.kind == "user" else "group",
        name=row.subject,
        role=role_of(row),
        since=row.created,
        added_by=row.created_by,
    )
