"""``events``: held open until there is something new."""

from __future__ import annotations

import asyncio
import contextlib

from pydantic import ConfigDict, Field

from ..access.principals import Principal
from ..models.base import BaseModel
from ..models.event import EventPage
from .base import TerrariumHandler
from .operation import operation

#: Seconds between two of those who wait for events, when there is one.
STAGGER = 0.001
#: What an event takes in memory, about.
EVENT_BYTES = 1000


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

        # Not all in the same moment: nobody else shall wait for two hundred answers.
        pause = len(self.api.waiting) * STAGGER

        def awake() -> None:
            loop.call_soon_threadsafe(loop.call_later, pause, wake.set)

        remove = self.services.context.database.on_event(awake)
        self.api.waiting.add(self)
        self._wake = wake
        try:
            deadline = loop.time() + query.wait
            while True:
                wake.clear()
                page = await self._page(principal, query.after)
                left = deadline - loop.time()
                if page.events or left <= 0 or self._gone:
                    return page
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(wake.wait(), left)
                if principal.limit is not None:
                    await self.run(self.services.tokens.require_alive, principal)
        finally:
            self.api.waiting.discard(self)
            remove()

    async def _page(self, principal: Principal, after: int) -> EventPage:
        """Read once for all windows of one person that have seen the same."""

        async def read() -> EventPage:
            return await self.run(self.services.events.after, principal, after)

        return await self.api.answers.answer(
            ("events", principal, after),
            await self.mark(),
            read,
            lambda page: EVENT_BYTES * (1 + len(page.events)),
        )

    _gone = False
    _wake: asyncio.Event | None = None

    def on_connection_close(self) -> None:
        """The client has left: stop waiting for it."""
        self._gone = True
        if self._wake is not None:
            self._wake.set()
        super().on_connection_close()
