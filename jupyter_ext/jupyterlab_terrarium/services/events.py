"""Use cases of events: what happened after a sequence number."""

from __future__ import annotations

from ..access.permissions import grants, may
from ..access.principals import Principal
from ..models.event import EventPage
from ..store import events
from .context import ServiceContext

PAGE = 500


class EventService:
    """Events in the namespaces that the principal can see."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def after(self, principal: Principal, sequence: int) -> EventPage:
        """Events after *sequence*, oldest first, at most 500."""
        with self._context.database.read() as session:
            roles = grants(session, principal)
            found, last = events.after(
                session,
                sequence,
                set(roles),
                PAGE,
                user=principal.user,
                subjects=_subjects(principal),
                deciding={one for one, role in roles.items() if may(role, "decide")},
            )
        return EventPage(events=found, last=max(last, sequence) if found else last)


def _subjects(principal: Principal) -> list[str]:
    """As whom the principal may have a role; a token for one namespace hears of no other."""
    if principal.limit is not None and principal.limit.namespace_id is not None:
        return []
    return [f"user:{principal.user}", *(f"group:{group}" for group in principal.groups)]
