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
                groups=principal.groups,
                deciding={one for one, role in roles.items() if may(role, "decide")},
            )
        return EventPage(events=found, last=max(last, sequence) if found else last)
