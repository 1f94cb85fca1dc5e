"""Who calls, as this store knows them: administrators, and namespaces of their groups."""

from __future__ import annotations

import time

from ..access.principals import Principal
from ..models.names import suggest_name
from ..store import members, namespaces, people
from .context import ServiceContext


class PeopleService:
    """What the store adds to the identity that a host vouches for."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context
        self._welcomed: set[str] = set()
        self._noted: dict[str, tuple[frozenset[str], float]] = {}

    def recognise(self, principal: Principal) -> Principal:
        """The principal, as an administrator when policy names them. Waits for nothing."""
        named = principal.user in self._context.policy.administrators
        return principal.as_administrator() if named else principal

    def has_news(self, principal: Principal) -> bool:
        """Whether :meth:`welcome` has something to do. Waits for nothing.

        What comes with a token says nothing about groups: those that were seen last would be noted
        again as seen now, and would never end.
        """
        if principal.limit is not None:
            return False
        return not self._is_noted(principal) or bool(self._derived(principal) - self._welcomed)

    def welcome(self, principal: Principal) -> None:
        """Make the shared namespaces of the principal's groups that are not there yet.

        The groups are noted, for when something depends on them and the principal does not call.
        """
        if not self._is_noted(principal):
            people.note(self._context.layout, principal.user, principal.groups)
            self._noted[principal.user] = (principal.groups, time.monotonic())
        for group in sorted(self._derived(principal) - self._welcomed):
            with self._context.database.write() as session:
                if namespaces.of_group(session, group) is None:
                    name = namespaces.free_name(session, suggest_name(group) or "group")
                    row = namespaces.create_shared(session, name, group, group=group)
                    role = self._context.policy.group_role
                    members.put(session, row, "group", group, role, by="")
            self._welcomed.add(group)

    def _is_noted(self, principal: Principal) -> bool:
        groups, when = self._noted.get(principal.user, (None, 0.0))
        fresh = time.monotonic() - when < people.RENEWED_SECONDS
        return groups == principal.groups and fresh

    def _derived(self, principal: Principal) -> set[str]:
        wanted = self._context.policy.group_namespaces
        return set(principal.groups) if "*" in wanted else set(principal.groups) & wanted
