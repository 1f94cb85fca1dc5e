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
from .api.routes import PREFIX, bound
from .config import TerrariumSettings
from .models.problem import TerrariumError

if TYPE_CHECKING:
    from .services.opening import OpenStore
    from .services.services import Services

EVENT_SCHEMA = "https://terrarium.jupyter.org/events/changed/v1"
THREADS = 8


class TerrariumExtension(ExtensionApp):
    """Reproducible conda environments in this Jupyter server."""

    name = "jupyterlab_terrarium"
    app_name = "Terrarium"
    description = "Reproducible conda environments inside JupyterLab"
    load_other_extensions = True
    classes = [TerrariumSettings]
    _executor: ThreadPoolExecutor | None = None
    _store: OpenStore | None = None

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
        """Open the store in a thread: the server answers its first request meanwhile."""
        executor = ThreadPoolExecutor(THREADS, thread_name_prefix="terrarium-service")
        self._executor = executor
        settings = TerrariumSettings(parent=self)
        opening: Future[Services] = executor.submit(self._open, settings)
        self.settings[SETTING] = ApiContext(
            opening=opening, executor=executor, base_path=self._server.base_url + PREFIX
        )
        self._events.register_event_schema(
            Path(__file__).parent / "event_schemas" / "changed.v1.yaml"
        )

    def initialize_handlers(self) -> None:
        """Put the routes in place."""
        self.handlers.extend(bound("/", JupyterHost))

    def _open(self, settings: TerrariumSettings) -> Services:
        from .services.opening import OpenStore

        try:
            store = OpenStore(settings.options())
        except TerrariumError as error:
            self.log.error("Terrarium: %s. %s", error.message, error.hint)
            raise
        self._store = store
        loop = self._server.io_loop
        store.database.on_event(lambda: loop.add_callback(self._announce))
        return store.services

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
