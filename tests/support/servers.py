"""Real servers for tests: a Jupyter server in a process of its own, and the plain host."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from tornado.httpserver import HTTPServer
from tornado.web import RequestHandler

from jupyterlab_terrarium.access.principals import Principal
from jupyterlab_terrarium.api.base import ApiContext
from jupyterlab_terrarium.api.lanes import SlowLane
from jupyterlab_terrarium.api.routes import PREFIX
from jupyterlab_terrarium.served.application import application
from jupyterlab_terrarium.served.requests import Requests
from jupyterlab_terrarium.services.services import Services

from .http import Client

TOKEN = "a-token-for-tests"


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


#: Extensions that are installed beside ours, without which a server starts in half the time.
_OTHERS = ("jupyterlab", "jupyter_lsp", "notebook_shim")


class JupyterProcess:
    """``jupyter server`` with the extension, in its own directories below *home*."""

    def __init__(
        self,
        home: Path,
        root: Path,
        channel: str,
        *options: str,
        extensions: tuple[str, ...] = ("jupyterlab_terrarium",),
    ) -> None:
        self._extensions = {**dict.fromkeys(_OTHERS, False), **dict.fromkeys(extensions, True)}
        self.home = home
        self.root = root
        self._options = [
            f"--TerrariumSettings.root={root}",
            f"--TerrariumSettings.default_channels={channel}",
            *options,
        ]
        self.data = home / "data"
        self.log = home / "server.log"
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def client(self) -> Client:
        """A client with this server's token."""
        return Client(f"http://127.0.0.1:{self.port}/{PREFIX}", TOKEN)

    def environment(self) -> dict[str, str]:
        """The environment of the server: nothing of the caller's Jupyter set-up."""
        return {
            **os.environ,
            "HOME": str(self.home),
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "JUPYTER_DATA_DIR": str(self.data),
            "JUPYTER_RUNTIME_DIR": str(self.home / "runtime"),
            "JUPYTER_CONFIG_DIR": str(self.home / "config"),
            "XDG_DATA_HOME": str(self.home / "share"),
        }

    def start(self, ready: int = 200) -> JupyterProcess:
        """Start, and wait until the API answers with status *ready*."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        command = [
            sys.executable,
            "-m",
            "jupyter_server",
            "--allow-root",
            "--no-browser",
            f"--port={self.port}",
            "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={TOKEN}",
            f"--ServerApp.root_dir={self.home}",
            f"--ServerApp.jpserver_extensions={self._extensions}",
            *self._options,
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self.environment(), stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        end = time.monotonic() + 120
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended: {self.log.read_text()}")
            try:
                if self.client.get("status").status == ready:
                    return self
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.05)
        self.kill()
        raise AssertionError(f"the server does not answer: {self.log.read_text()[-20_000:]}")

    def kill(self) -> None:
        """``kill -9``: no chance to tidy up."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        """End politely."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()
            self.process = None


class StandaloneServer:
    """The same handlers in a plain Tornado application, in a thread. Tokens name users."""

    def __init__(self, services: Services, users: dict[str, str]) -> None:
        self.port = free_port()
        self.users = users
        self._services = services
        self._loop = asyncio.new_event_loop()
        #: Requests that wait for events.
        self.waiting: set[object] = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def client(self, token: str | None) -> Client:
        """A client that sends *token*."""
        return Client(f"http://127.0.0.1:{self.port}/{PREFIX}", token)

    def plain(self) -> Client:
        """A client of what is not the API; nobody is logged in."""
        return Client(f"http://127.0.0.1:{self.port}/", None)

    async def _who(self, handler: RequestHandler) -> Principal | None:
        token = handler.request.headers.get("Authorization", "").removeprefix("token ")
        user = self.users.get(token)
        return None if user is None else Principal(user=user, display_name=user)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        opening: Future[Services] = Future()
        opening.set_result(self._services)
        context = ApiContext(
            opening=opening,
            begin=lambda: None,
            executor=ThreadPoolExecutor(4),
            slow=SlowLane(),
            base_path="/" + PREFIX,
            waiting=self.waiting,
        )

        async def listen() -> None:
            served = application(context, self._who, "/", Requests())
            HTTPServer(served).listen(self.port, "127.0.0.1")
            self._ready.set()

        self._loop.run_until_complete(listen())
        self._loop.run_forever()

    def start(self) -> StandaloneServer:
        """Start and wait until it listens."""
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def stop(self) -> None:
        """End."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
