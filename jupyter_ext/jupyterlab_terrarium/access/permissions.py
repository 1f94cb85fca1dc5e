"""What a principal may do: the one table, used by every service.

Roles are ordered: whoever is *owner* may do what an *editor* may, and so on. What a principal may
not see does not exist for them, so a missing right to read is answered as "not found".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from ..models.namespace import Role
from ..models.problem import Forbidden, NotFound
from ..store import members, namespaces
from ..store.tables import NamespaceRow
from .principals import Principal

Action = Literal[
    "read",
    "propose",
    "create",
    "build",
    "update",
    "share",
    "decide",
    "delete",
    "recommend",
    "members",
    "audit",
]

_RANK: dict[Role, int] = {"viewer": 1, "editor": 2, "owner": 3}
NEEDS: dict[Action, Role] = {
    "read": "viewer",
    "propose": "viewer",
    "create": "editor",
    "build": "editor",
    "update": "editor",
    "share": "editor",
    "decide": "editor",
    "delete": "owner",
    "recommend": "owner",
    "members": "owner",
    "audit": "owner",
}


@dataclass(frozen=True)
class Grant:
    """The role of a principal in a namespace, or on one environment of it."""

    namespace: NamespaceRow
    role: Role


def may(role: Role, action: Action) -> bool:
    """Whether *role* is enough for *action*."""
    return _RANK[role] >= _RANK[NEEDS[action]]


def higher(one: Role | None, other: Role) -> Role:
    """The role that permits more."""
    return other if one is None or _RANK[other] > _RANK[one] else one


def lower(one: Role, other: Role) -> Role:
    """The role that permits less."""
    return one if _RANK[one] <= _RANK[other] else other


def grants(session: Session, principal: Principal) -> dict[str, Role]:
    """Ids of the namespaces that the principal can see, with the role in each."""
    return _seen(session, principal, members.roles(session, principal.user, principal.groups))


def _seen(
    session: Session, principal: Principal, roles: Iterable[tuple[str, Role]]
) -> dict[str, Role]:
    """Like :func:`grants`, with the *roles* in whole namespaces that somebody has given them."""
    found: dict[str, Role] = {}
    own = namespaces.personal(session, principal.user)
    if own is not None:
        found[own.id] = "owner"
    for namespace_id, role in roles:
        found[namespace_id] = higher(found.get(namespace_id), role)
    if principal.administrator:
        found.update(dict.fromkeys(namespaces.shared_ids(session), "owner"))
    limit = principal.limit
    if limit is None:
        return found
    return {
        namespace_id: lower(role, limit.role)
        for namespace_id, role in found.items()
        if limit.namespace_id in (None, namespace_id)
    }


@dataclass(frozen=True)
class Reach:
    """Roles by the ids of namespaces, and of the environments on which there is one beside that."""

    namespaces: dict[str, Role]
    environments: dict[str, Role]

    def role(self, namespace_id: str, environment_id: str) -> Role | None:
        """The role on an environment; ``None`` where its namespace is not seen."""
        role = self.namespaces.get(namespace_id)
        extra = self.environments.get(environment_id)
        return role if role is None or extra is None else higher(role, extra)

    def where(self, action: Action) -> tuple[set[str], set[str]]:
        """Ids of the namespaces, and of single environments, in which *action* is allowed."""
        return (
            {one for one, role in self.namespaces.items() if may(role, action)},
            {one for one, role in self.environments.items() if may(role, action)},
        )


def reach(session: Session, principal: Principal) -> Reach:
    """All roles of the principal. One on an environment shows nothing without its namespace."""
    given = members.roles_everywhere(session, principal.user, principal.groups)
    whole = [(namespace_id, role) for namespace_id, single, role in given if not single]
    seen = _seen(session, principal, whole)
    found: dict[str, Role] = {}
    for namespace_id, environment_id, role in given:
        if environment_id and namespace_id in seen:
            limited = role if principal.limit is None else lower(role, principal.limit.role)
            found[environment_id] = higher(found.get(environment_id), limited)
    return Reach(seen, found)


def role_on(
    session: Session, principal: Principal, namespace: NamespaceRow, environment: str | None = None
) -> Role | None:
    """The principal's role in *namespace*, or on the environment of that name in it.

    A role on one environment adds to the one in its namespace; alone it shows nothing.
    """
    role = grants(session, principal).get(namespace.id)
    if role in (None, "owner") or environment is None:
        return role
    groups = principal.groups
    for found in members.roles_on(session, namespace.id, environment, principal.user, groups):
        limited = found if principal.limit is None else lower(found, principal.limit.role)
        role = higher(role, limited)
    return role


def require(
    session: Session,
    principal: Principal,
    namespace: str,
    action: Action,
    environment: str | None = None,
) -> Grant:
    """The namespace called *namespace* when the principal may do *action* in it, or to its
    *environment*, which need not be there.

    Raises :class:`NotFound` when it is invisible, :class:`Forbidden` when the role is too low.
    """
    row = namespaces.find(session, namespace)
    role = None if row is None else role_on(session, principal, row, environment)
    if row is None or role is None:
        raise NotFound(f"there is no namespace '{namespace}'")
    if not may(role, action):
        raise Forbidden(
            f"your role in '{namespace}' is {role}; this needs {NEEDS[action]}",
            "Ask an owner of the namespace, or copy the environment to your own namespace.",
        )
    return Grant(row, role)


def decides_alone(session: Session, principal: Principal) -> bool:
    """Whether the principal owns everything there is, as on one's own computer."""
    roles = grants(session, principal)
    return all(roles.get(namespace) == "owner" for namespace in namespaces.ids(session))


def require_administrator(session: Session, principal: Principal) -> None:
    """Raise :class:`Forbidden` unless the principal decides about the whole store.

    Whoever has it for themselves alone does so, too.
    """
    allowed = principal.limit is None
    if not (allowed and (principal.administrator or decides_alone(session, principal))):
        raise Forbidden(
            "others have environments in this store, too: this is for its administrator",
            "Ask the administrator.",
        )
