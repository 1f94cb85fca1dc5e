"""The server extension: wiring only."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_events import EventLogger
from jupyter_server.extension.application import ExtensionApp
from jupyter_server.serverapp import ServerApp

from .api.base import SETTING, ApiContext
from .api.hosts import JupyterHost
from .api.lanes import SlowLane
from .api.masking import TokenFilter
from .api.routes import PREFIX, bound
from .config import TerrariumSettings
from .models.problem import TerrariumError

if TYPE_CHECKING:
    from .services.opening import OpenStore
    from .services.services import Services

EVENT_SCHEMA = "https://terrarium.jupyter.org/events/changed/v1"
THREADS = 8
# The store is opened after the server's first answers, which it must not delay.
OPEN_AFTER_SECONDS = 0.5


class TerrariumExtension(ExtensionApp):
    """Reproducible conda environments in this Jupyter server."""

    name = "jupyterlab_terrarium"
    app_name = "Terrarium"
    description = "Reproducible conda environments inside JupyterLab"
    load_other_extensions = True
    _executor: ThreadPoolExecutor | None = None
    _store: OpenStore | None = None
    _opening: Future[Services]
    _slow: SlowLane
    _files: SlowLane
    _begun = False

    @property
    def _server(self) -> ServerApp:
        assert self.serverapp is not None
        return self.serverapp

    @property
    def _events(self) -> EventLogger:
        logger = self._server.event_logger
        assert isinstance(logger, EventLogger)
        return logger

    def initialize_settings(self) -> None:
        """Prepare to open the store: once the server answers, or when somebody asks for it."""
        # The login puts the address of a link into one of its own, which the log would tell.
        self._server.log.addFilter(TokenFilter())
        executor = ThreadPoolExecutor(THREADS, thread_name_prefix="terrarium-service")
        self._executor = executor
        self._slow = SlowLane()
        self._files = SlowLane.for_files()
        self._opening = Future()
        self.settings[SETTING] = ApiContext(
            opening=self._opening,
            begin=self._begin,
            executor=executor,
            slow=self._slow,
            base_path=self._server.base_url + PREFIX,
            files=self._files,
        )
        self._events.register_event_schema(
            Path(__file__).parent / "event_schemas" / "changed.v1.yaml"
        )
        # The time counts from the loop's start; now it is not running yet.
        loop = self._server.io_loop
        loop.add_callback(lambda: loop.call_later(OPEN_AFTER_SECONDS, self._begin))

    def initialize_handlers(self) -> None:
        """Put the routes in place."""
        self.handlers.extend(bound("/", JupyterHost))

    def _begin(self) -> None:
        assert self._executor is not None
        if not self._begun:
            self._begun = True
            self._executor.submit(self._open, TerrariumSettings(parent=self))

    def _open(self, settings: TerrariumSettings) -> None:
        from .services.opening import OpenStore

        try:
            store = OpenStore(settings.options())
        except TerrariumError as error:
            self.log.error("Terrarium: %s. %s", error.message, error.hint)
            self._opening.set_exception(error)
            return
        except Exception as error:
            self.log.exception("Terrarium could not open its store")
            self._opening.set_exception(error)
            return
        self._store = store
        loop = self._server.io_loop
        store.database.on_event(lambda: loop.add_callback(self._announce))
        self._opening.set_result(store.services)

    def _announce(self) -> None:
        """The last hop: tell this server's browsers that there is something to fetch."""
        if self._announcing is None:
            self._announcing = asyncio.get_running_loop().call_later(0.02, self._emit)

    _announcing: Any = None
    _sequence = 0

    def _emit(self) -> None:
        self._announcing = None
        self._sequence += 1
        self._events.emit(schema_id=EVENT_SCHEMA, data={"sequence": self._sequence})

    async def stop_extension(self) -> None:
        """Close the store when the server ends."""
        store = self._store
        if store is not None:
            await asyncio.get_running_loop().run_in_executor(None, store.close)
        if self._executor is not None:
            self._executor.shutdown(wait=False)
            self._slow.close()
            self._files.close()
