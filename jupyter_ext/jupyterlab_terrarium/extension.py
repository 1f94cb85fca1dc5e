"""The server extension: wiring only."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_client.kernelspec import NATIVE_KERNEL_NAME
from jupyter_events import EventLogger
from jupyter_server.extension.application import ExtensionApp
from jupyter_server.serverapp import ServerApp

from .api.late_routes import PREFIX, LateRoutes
from .api.masking import TokenFilter
from .config import TerrariumSettings

# Everything else is imported when it is needed: no server needs it for its first answer.
if TYPE_CHECKING:
    from tornado.ioloop import IOLoop

    from .api.lanes import SlowLane
    from .connected.address import StoreAddress
    from .connected.follower import Follower
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
    _follower: Follower | None = None
    _terrarium: TerrariumSettings
    _address: StoreAddress | None = None
    _opening: Future[Services]
    _lanes: tuple[SlowLane, ...] = ()
    _routes: LateRoutes
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

    def _link_jupyter_server_extension(self, serverapp: ServerApp) -> None:
        """Before the server makes its managers: nb_conda_kernels shows no kernel a second time."""
        super()._link_jupyter_server_extension(serverapp)
        settings = TerrariumSettings(parent=self)
        if settings.register_with_conda:
            from .kernels.conda_list import kernel_filter

            config = serverapp.config.CondaKernelSpecManager
            root = settings.options().root
            config.env_filter = kernel_filter(root, config.get("env_filter"))

    def initialize_settings(self) -> None:
        """Prepare to open the store: once the server answers, or when somebody asks for it."""
        self._terrarium = TerrariumSettings(parent=self)
        self._chooses_kernel = (
            self._terrarium.default_kernel
            and self._server.kernel_manager.default_kernel_name == NATIVE_KERNEL_NAME
        )
        # The login puts the address of a link into one of its own, which the log would tell.
        self._server.log.addFilter(TokenFilter())
        self._executor = ThreadPoolExecutor(THREADS, thread_name_prefix="terrarium-service")
        self._opening = Future()
        self._events.register_event_schema(
            Path(__file__).parent / "event_schemas" / "changed.v1.yaml"
        )
        # The time counts from the loop's start; now it is not running yet.
        loop = self._server.io_loop
        loop.add_callback(lambda: loop.call_later(OPEN_AFTER_SECONDS, self._begin))

    def initialize_handlers(self) -> None:
        """Put the routes in place. Handlers and models are loaded with the first request."""
        self._routes = LateRoutes(self._server.web_app, self._load)
        self._routes.add_to(self._server.base_url)
        if self._terrarium.store_url:
            # The client for the team store belongs to this thread's event loop.
            self._routes.load()

    def _load(self) -> list[tuple[str, Any]]:
        """The routes: those of a team store are passed on to it."""
        from .api.base import SETTING, ApiContext
        from .api.hosts import JupyterHost
        from .api.lanes import SlowLane
        from .api.routes import LOCAL, bound

        assert self._executor is not None
        slow, files = self._lanes = SlowLane(), SlowLane.for_files()
        base_url = self._server.base_url
        self._server.web_app.settings[SETTING] = ApiContext(
            opening=self._opening,
            begin=self._begin,
            executor=self._executor,
            slow=slow,
            base_path=base_url + PREFIX,
            files=files,
        )
        if self._terrarium.store_url:
            self._prepare_connection()
        if self._address is None:
            return bound(base_url, JupyterHost)
        from .connected.forward import forwarded

        return [*bound(base_url, JupyterHost, LOCAL), *forwarded(base_url)]

    def _prepare_connection(self) -> None:
        """Where the team store is, and a client for it; or why that cannot be, in words."""
        from .connected.address import parse
        from .connected.forward import TARGET, Target
        from .models.problem import TerrariumError

        try:
            self._address = parse(self._terrarium.store_url)
        except TerrariumError as error:
            self.log.error("Terrarium: %s. %s", error.message, error.hint)
            self._begun = True
            self._opening.set_exception(error)
            return
        self._server.web_app.settings[TARGET] = Target(
            self._address, str(self._terrarium.options().root)
        )

    def _begin(self) -> None:
        assert self._executor is not None
        if not self._begun:
            self._begun = True
            self._executor.submit(self._open, self._terrarium)

    def _open(self, settings: TerrariumSettings) -> None:
        from .models.problem import TerrariumError
        from .services.opening import OpenStore, settle

        # Nobody who asks later waits for the imports.
        self._routes.load()
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
        # Connected, the events here are not those that browsers fetch, and tell of kernels only.
        own = self._address is None
        store.database.on_event(lambda: loop.add_callback(self._announce, not own))
        if self._address is not None:
            self._connect(store, self._address, loop)
        if self._chooses_kernel:
            self._choose_kernel(store)
        settle()
        self._opening.set_result(store.services)

    def _connect(self, store: OpenStore, address: StoreAddress, loop: IOLoop) -> None:
        from .connected.client import StoreClient
        from .connected.follower import Follower
        from .connected.mirror import Mirror

        client = StoreClient(address)
        mirror = Mirror(store.context, client)
        store.services.local = mirror
        self._follower = Follower(
            mirror, client, store.database, lambda: loop.add_callback(self._announce)
        )
        self._follower.start()

    def _choose_kernel(self, store: OpenStore) -> None:
        """Let new notebooks begin with the first recommended environment. Runs in a thread."""
        from .services.default_kernel import default_kernel

        name = default_kernel(store.context) or NATIVE_KERNEL_NAME
        self._server.io_loop.add_callback(self._set_kernel, name)

    def _set_kernel(self, name: str) -> None:
        manager = self._server.kernel_manager
        if manager.default_kernel_name != name:
            manager.default_kernel_name = name
            self._announce(kernels=True)

    def _announce(self, kernels: bool = False) -> None:
        """The last hop: tell this server's browsers that there is something to fetch."""
        self._kernels = self._kernels or kernels
        if self._announcing is None:
            self._announcing = asyncio.get_running_loop().call_later(0.02, self._emit)

    _announcing: Any = None
    _sequence = 0
    _kernels = False
    _chooses_kernel = False

    def _emit(self) -> None:
        self._announcing = None
        self._sequence += 1
        data: dict[str, int | bool] = {"sequence": self._sequence}
        if self._kernels:
            self._kernels = False
            data["kernels"] = True
        self._events.emit(schema_id=EVENT_SCHEMA, data=data)
        if self._store is not None and self._chooses_kernel:
            assert self._executor is not None
            chosen = self._executor.submit(self._choose_kernel, self._store)
            chosen.add_done_callback(self._report)

    def _report(self, work: Future[None]) -> None:
        error = work.exception()
        if error is not None and self._store is not None:
            self.log.error("Terrarium could not choose a default kernel", exc_info=error)

    async def stop_extension(self) -> None:
        """Close the store when the server ends."""
        store, follower = self._store, self._follower
        self._store = None
        if follower is not None:
            await asyncio.get_running_loop().run_in_executor(None, follower.stop)
        if store is not None:
            await asyncio.get_running_loop().run_in_executor(None, store.close)
        if self._executor is not None:
            self._executor.shutdown(wait=False)
        for lane in self._lanes:
            lane.close()
