"""Which requests are in progress, so that an ending store can wait for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tornado.web import RequestHandler

REQUESTS = "terrarium_requests"


class Requests:
    """The handlers that have begun and not ended. Used on the event loop only.

    Those that wait for events (``_track_activity`` is false) keep nobody from ending.
    """

    def __init__(self) -> None:
        self._working: set[RequestHandler] = set()
        self._waiting: set[RequestHandler] = set()
        self._changed = asyncio.Event()

    def enter(self, handler: RequestHandler) -> None:
        """A request has begun."""
        works = getattr(handler, "_track_activity", True)
        (self._working if works else self._waiting).add(handler)

    def leave(self, handler: RequestHandler) -> None:
        """A request has been answered, or its client is gone. Twice does no harm."""
        self._working.discard(handler)
        self._waiting.discard(handler)
        self._changed.set()

    async def worked_off(self, seconds: float) -> bool:
        """Wait at most *seconds* until nothing but waiting ones are left; whether that is so."""
        return await self._until(lambda: not self._working, seconds)

    async def gone(self, seconds: float) -> bool:
        """Wait at most *seconds* until no request is left; whether that is so."""
        return await self._until(lambda: not (self._working or self._waiting), seconds)

    async def _until(self, reached: Callable[[], bool], seconds: float) -> bool:
        end = asyncio.get_running_loop().time() + seconds
        while not reached():
            left = end - asyncio.get_running_loop().time()
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), max(left, 0))
            except asyncio.TimeoutError:
                return reached()
        return True
