"""Files that are sent to this server and are meant for the team store: passed on as they come.

The store is asked first whether it takes the file (``Expect: 100-continue``, RFC 9110 10.1.1), and
what it does not want is not sent. No more than one piece is held here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tornado.http1connection import HTTP1Connection
from tornado.iostream import StreamClosedError
from tornado.web import stream_request_body

from ..api.bundles import DISCARDED, RESOURCE
from ..models.problem import TerrariumError
from .forward import ForwardingHandler, Passing

_MAX_BYTES = 1 << 50


@stream_request_body
class UploadForwarding(ForwardingHandler):
    """Passes a body on piece by piece, however large it is."""

    _answer: asyncio.Task[tuple[Passing, bytes]] | None = None

    async def prepare(self) -> None:
        """Before anything is read: whether this server, and the store, will have it."""
        prepared = super().prepare()
        if prepared is not None:
            await prepared
        if self.request.method != "POST" or self._finished:
            return
        length = int(self.request.headers.get("Content-Length") or 0)
        try:
            await self.permitted("write", RESOURCE)
        except TerrariumError as error:
            # Whoever is still sending a small file hears why when they have done: see the verb.
            if length > DISCARDED:
                self.answer_problem(error.problem())
            return
        assert self.request.connection is not None
        # The limit is the store's: nothing is kept here.
        getattr(self.request.connection, "set_max_body_size", lambda _: None)(_MAX_BYTES)
        self._pieces: asyncio.Queue[bytes | None] = asyncio.Queue(1)
        self._wanted, self._gone = asyncio.Event(), asyncio.Event()
        self._answer = asyncio.ensure_future(self.ask(body=self._send))
        self._answer.add_done_callback(_seen)
        await _first(self._answer, self._wanted.wait())
        if self._answer.done() and length > DISCARDED:
            try:
                await self.forward()
            except TerrariumError as error:
                self.answer_problem(error.problem())

    async def data_received(self, chunk: bytes) -> None:
        """Wait until the store has taken what came before; once it has answered, drop the rest."""
        if self._answer is not None and not self._answer.done():
            await _first(self._answer, self._pieces.put(chunk))

    async def forward(self, *, collect: bool = False) -> bytes | None:
        """All of the body was received: pass on what the store answers."""
        if self._answer is None or self._finished:
            return None
        await _first(self._answer, self._pieces.put(None))
        passing, content = await self._answer
        await passing.chunk(content)
        return passing.end()

    async def _send(self, write: Callable[[bytes], Awaitable[None]]) -> None:
        """Called when the store wants the body: give it what comes."""
        self._wanted.set()
        while True:
            piece = asyncio.ensure_future(self._pieces.get())
            await _first(piece, self._gone.wait())
            if self._gone.is_set():
                piece.cancel()
                _hang_up(write)
                return
            content = piece.result()
            if content is None:
                return
            await write(content)

    def on_connection_close(self) -> None:
        """Whoever was sending has gone."""
        if self._answer is not None:
            self._gone.set()
        super().on_connection_close()


def _seen(answer: asyncio.Task[tuple[Passing, bytes]]) -> None:
    """An error is told to whoever sends; it is nobody's once they have gone."""
    if not answer.cancelled():
        answer.exception()


def _hang_up(write: Callable[[bytes], Awaitable[None]]) -> None:
    """End the connection that *write* writes to: nobody is to take what was sent for the whole."""
    connection = getattr(write, "__self__", None)
    if not isinstance(connection, HTTP1Connection):
        raise StreamClosedError
    # To raise would do the same, and be logged as an error of this server.
    connection.close()


async def _first(*awaited: Awaitable[object]) -> None:
    """Wait for the first of *awaited*; those that began here and have not ended are stopped."""
    own = [asyncio.ensure_future(one) for one in awaited]
    await asyncio.wait(own, return_when=asyncio.FIRST_COMPLETED)
    for task, one in zip(own, awaited, strict=True):
        if task is not one and not task.done():
            task.cancel()
