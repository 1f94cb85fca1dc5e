"""Use cases of events: what happened after a sequence number."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ..access.permissions import reach
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
            last = events.last_sequence(session)
            if last <= sequence:
                # Whoever waits for events asks before there are any: who they are does not matter.
                return EventPage(events=[], last=last)
            found, last = events.after(session, sequence, _listener(session, principal), PAGE)
        return EventPage(events=found, last=max(last, sequence) if found else last)


def _listener(session: Session, principal: Principal) -> events.Listener:
    roles = reach(session, principal)
    deciding, deciding_on = roles.where("decide")
    mine = {f"user:{principal.user}", *(f"group:{one}" for one in principal.groups)}
    return events.Listener(
        user=principal.user,
        namespaces=set(roles.namespaces),
        deciding=deciding,
        deciding_on=deciding_on,
        # What a token of one namespace reaches is no other's business.
        members=mine if principal.limit is None else set(),
    )
