"""Who acts. Handlers and services know nobody by any other type than a principal."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass, field, replace

from ..models.namespace import Role


@dataclass(frozen=True)
class Limit:
    """What an API token allows at most: a role, and if named one namespace (its id).

    With ``looks_only`` it changes nothing at all, not even what is its user's alone. ``token`` is
    its id.
    """

    role: Role
    namespace_id: str | None = None
    looks_only: bool = False
    token: str = ""


@dataclass(frozen=True)
class Principal:
    """An authenticated caller. ``user`` is stable and unique within the store.

    ``groups`` are those of the hub or the operating system. A *store administrator* is owner of
    every shared namespace. ``limit`` narrows what a token may do on behalf of its user;
    ``origin`` is where they call from, for the audit.
    """

    user: str
    display_name: str = ""
    groups: frozenset[str] = field(default_factory=frozenset)
    administrator: bool = False
    limit: Limit | None = None
    origin: str = field(default="", compare=False)

    def as_administrator(self) -> Principal:
        """The same caller as an administrator of the store."""
        return replace(self, administrator=True)


def operating_system_user() -> Principal:
    """The user that this process runs as: who sits at a plain ``jupyter lab`` or a shell.

    The store's files are theirs, and so they are its administrator.
    """
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = f"uid-{os.getuid()}"
    return Principal(user=user, display_name=user, administrator=True, origin="shell")
