"""What a principal may do: the one table, used by every service.

Roles are ordered: whoever is *owner* may do what an *editor* may, and so on. What a principal may
not see does not exist for them, so a missing right to read is answered as "not found".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from ..models.problem import Forbidden, NotFound
from ..store import namespaces
from ..store.tables import NamespaceRow
from .principals import Principal

Role = Literal["viewer", "editor", "owner"]
Action = Literal["read", "create", "build", "update", "delete"]

_RANK: dict[Role, int] = {"viewer": 1, "editor": 2, "owner": 3}
_NEEDS: dict[Action, Role] = {
    "read": "viewer",
    "create": "editor",
    "build": "editor",
    "update": "editor",
    "delete": "owner",
}


@dataclass(frozen=True)
class Grant:
    """The role of a principal in a namespace."""

    namespace: NamespaceRow
    role: Role


def may(role: Role, action: Action) -> bool:
    """Whether *role* is enough for *action*."""
    return _RANK[role] >= _RANK[_NEEDS[action]]


def grants(session: Session, principal: Principal) -> dict[str, Role]:
    """Ids of the namespaces that the principal can see, with the role in each."""
    own = namespaces.personal(session, principal.user)
    return {own.id: "owner"} if own is not None else {}


def require(session: Session, principal: Principal, namespace: str, action: Action) -> Grant:
    """The namespace called *namespace* when the principal may do *action* in it.

    Raises :class:`NotFound` when it is invisible, :class:`Forbidden` when the role is too low.
    """
    row = namespaces.find(session, namespace)
    role = None if row is None else grants(session, principal).get(row.id)
    if row is None or role is None:
        raise NotFound(f"there is no namespace '{namespace}'")
    if not may(role, action):
        raise Forbidden(
            f"your role in '{namespace}' is {role}; this needs {_NEEDS[action]}",
            "Ask an owner of the namespace, or copy the environment to your own namespace.",
        )
    return Grant(row, role)
