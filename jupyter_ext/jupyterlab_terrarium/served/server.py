"""A store that is served: opens it, listens, and ends in good order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets, bind_unix_socket
from tornado.web import RequestHandler

from ..access.principals import Principal
from ..api.base import ApiContext
from ..api.hosts import Who
from ..api.lanes import SlowLane
from ..api.operation import MAX_BODY_BYTES
from ..api.routes import PREFIX
from ..models.problem import StoreUnusable, TerrariumError
from ..services.options import StoreOptions
from ..store.checks import prepare_root
from ..store.paths import Layout
from . import peers
from .application import Pages, application
from .modes import NamespaceModes, restrict
from .requests import Requests

if TYPE_CHECKING:
    from ..services.opening import OpenStore
    from ..services.services import Services

THREADS = 16
_END_SECONDS = 10.0
#: Callers whom the system lets wait: everybody comes at once when the store has been away.
_BACKLOG = 1024
#: Bytes of a request. What is a little too large gets an answer in words; what is larger is not
#: even received, because it would lie in memory before anybody could look at it.
_MOST_OF_A_BODY = 2 * MAX_BODY_BYTES
_log = logging.getLogger("jupyterlab_terrarium.served")


@dataclass(frozen=True)
class Listening:
    """Where a store listens: ``ip`` and ``port``, or a Unix socket, or both."""

    ip: str = "127.0.0.1"
    port: int | None = None
    unix: Path | None = None
    base_url: str = "/"

    def sockets(self) -> list[socket.socket]:
        """The bound sockets. Raises :class:`StoreUnusable` when one cannot be had."""
        found = []
        try:
            if self.port is not None:
                found += bind_sockets(self.port, self.ip)
            if self.unix is not None:
                # Whoever may reach the path may ask; the system tells who they are.
                found.append(bind_unix_socket(str(self.unix), mode=0o666, backlog=_BACKLOG))
        except (OSError, ValueError) as error:
            for one in found:
                one.close()
            raise StoreUnusable(
                f"the store cannot listen: {error}",
                "Choose another port or path, or end what listens there.",
            ) from None
        return found


async def recognise(handler: RequestHandler, network: Who) -> Principal | None:
    """Who calls: the peer of a Unix socket, or on any other whom *network* recognises."""
    if peers.is_local(handler):
        return peers.principal_of(handler)
    return await network(handler)


class ServedStore:
    """One store, one event loop."""

    def __init__(
        self,
        options: StoreOptions,
        listening: Listening,
        network: Who,
        principal_of: Callable[[str], Principal] | None = None,
        pages: Pages | None = None,
    ) -> None:
        self._pages = pages
        self._principal_of = principal_of
        self._options = replace(options, served=True)
        self._listening = listening
        self._network = network
        self._opening: Future[Services] = Future()
        self._executor = ThreadPoolExecutor(THREADS, thread_name_prefix="terrarium-service")
        self._store: OpenStore | None = None

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT. Raises :class:`TerrariumError` when that is impossible."""
        loop = asyncio.get_running_loop()
        ending = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, ending.set)
        requests = Requests()
        slow, files = SlowLane(), SlowLane.for_files()
        context = ApiContext(
            opening=self._opening,
            begin=lambda: None,
            executor=self._executor,
            slow=slow,
            base_path=self._listening.base_url + PREFIX,
            files=files,
        )
        sockets = self._listening.sockets()
        server = HTTPServer(
            application(
                context,
                lambda handler: recognise(handler, self._network),
                self._listening.base_url,
                requests,
                self._pages,
            ),
            max_body_size=_MOST_OF_A_BODY,
        )
        server.add_sockets(sockets)
        try:
            await self._open(loop)
            await ending.wait()
        finally:
            server.stop()
            await requests.worked_off(_END_SECONDS)
            await server.close_all_connections()
            await requests.gone(1.0)
            slow.close()
            files.close()
            if self._store is not None:
                await loop.run_in_executor(None, self._store.close)
            self._executor.shutdown(wait=False)
            if self._listening.unix is not None:
                with contextlib.suppress(FileNotFoundError):
                    self._listening.unix.unlink()
            _log.info("Ended.")

    async def _open(self, loop: asyncio.AbstractEventLoop) -> None:
        from ..services.opening import OpenStore, settle

        def opened() -> OpenStore:
            layout = Layout(self._options.root)
            prepare_root(layout)
            restrict(layout)
            store = OpenStore(self._options, principal_of=self._principal_of)
            modes = NamespaceModes(layout, store.database)
            modes.apply()
            store.database.on_event(modes.apply)
            return store

        try:
            self._store = await loop.run_in_executor(self._executor, opened)
        except TerrariumError as error:
            self._opening.set_exception(error)
            raise
        settle()
        self._opening.set_result(self._store.services)
        where = [f"http://{self._listening.ip}:{self._listening.port}{self._listening.base_url}"]
        if self._listening.port is None:
            where = []
        if self._listening.unix is not None:
            where.append(f"unix://{self._listening.unix}")
        _log.info("The store %s is served at %s", self._options.root, " and ".join(where))
