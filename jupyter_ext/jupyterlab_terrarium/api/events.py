"""``events``: held open until there is something new."""

from __future__ import annotations

import asyncio

from pydantic import BaseModel, ConfigDict, Field

from ..access.principals import Principal
from ..models.event import EventPage
from .base import TerrariumHandler
from .operation import operation


class EventsQuery(BaseModel):
    """Query of ``GET events``."""

    model_config = ConfigDict(extra="forbid")
    after: int = Field(default=0, ge=0, le=2**53, description="The last sequence number seen.")
    wait: float = Field(default=0, ge=0, le=25, description="Seconds to wait for an event.")


class EventsHandler(TerrariumHandler):
    """Events after a sequence number."""

    # Waiting for events is no use of the server: it must not keep an idle one from being culled.
    _track_activity = False

    @operation(
        "Events after a sequence number",
        action="read",
        resource="events",
        query=EventsQuery,
        response=EventPage,
    )
    async def get(self, principal: Principal, query: EventsQuery) -> EventPage:
        """At once when there are some, else after the first one or *wait* seconds."""
        loop = asyncio.get_running_loop()
        wake = asyncio.Event()

        def awake() -> None:
            loop.call_soon_threadsafe(wake.set)

        remove = self.services.context.database.on_event(awake)
        self._wake = wake
        try:
            deadline = loop.time() + query.wait
            while True:
                wake.clear()
                page = await self.run(self.services.events.after, principal, query.after)
                left = deadline - loop.time()
                if page.events or left <= 0 or self._gone:
                    return page
                try:
                    await asyncio.wait_for(wake.wait(), left)
                except asyncio.TimeoutError:
                    continue
        finally:
            remove()

    _gone = False
    _wake: asyncio.Event | None = None

    def on_connection_close(self) -> None:
        """The client has left: stop waiting for it."""
        self._gone = True
        if self._wake is not None:
            self._wake.set()
        super().on_connection_close()
