"""The Jupyter server of the demo: a real JupyterLab with its own store and settings."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from ..models.problem import TerrariumError
from ..models.status import Status
from .connection import Connection, ServerUnreachable
from .remote import RemotePort

_START_SECONDS = 90.0
_STOP_SECONDS = 20.0
# JupyterLab asks a newcomer whether it may fetch news; nobody is there to answer.
_SETTINGS = {
    "@jupyterlab/apputils-extension/notification.jupyterlab-settings": {
        "fetchNews": "false",
        "checkForUpdates": False,
    }
}


@dataclass(frozen=True)
class Home:
    """Where the demo keeps everything: ``directory`` and nothing outside of it."""

    directory: Path

    @property
    def store(self) -> Path:
        """The store's root; a short name, because conda packages have room for few characters."""
        return self.directory / "s"

    @property
    def work(self) -> Path:
        """What the file browser shows."""
        return self.directory / "work"

    @property
    def log(self) -> Path:
        """What the server said."""
        return self.directory / "server.log"

    @property
    def record(self) -> Path:
        """Which server was left running."""
        return self.directory / "server.json"

    def environment(self, token: str, channels: list[str]) -> dict[str, str]:
        """Variables of the server: the caller's, with Jupyter's directories in here."""
        here = self.directory
        return {
            **os.environ,
            "JUPYTER_DATA_DIR": str(here / "data"),
            "JUPYTER_CONFIG_DIR": str(here / "config"),
            "JUPYTER_RUNTIME_DIR": str(here / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(here / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(here / "workspaces"),
            "IPYTHONDIR": str(here / "ipython"),
            "JUPYTERLAB_TERRARIUM_ROOT": str(self.store),
            "JUPYTERLAB_TERRARIUM_CHANNELS": ",".join(channels),
            # In the environment, because everybody can read a command line.
            "JUPYTER_TOKEN": token,
        }

    def prepare(self) -> None:
        """Make the directories and JupyterLab's settings."""
        for directory in (self.store, self.work):
            directory.mkdir(parents=True, exist_ok=True)
        for name, content in _SETTINGS.items():
            file = self.directory / "settings" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(content), "utf-8")


class DemoFailed(TerrariumError):
    """A step of the demo did not do what it should."""

    code = "demo-failed"
    title = "The demo failed"


@dataclass(frozen=True)
class DemoServer:
    """A server that runs. ``created`` tells its process from a later one with the same id."""

    pid: int
    created: float
    port: int
    token: str

    @property
    def connection(self) -> Connection:
        """For requests to it."""
        return Connection(f"http://localhost:{self.port}/", self.token)

    @property
    def url(self) -> str:
        """What to open in a browser."""
        return f"http://localhost:{self.port}/lab?token={self.token}"

    @classmethod
    def start(cls, home: Home, channels: list[str]) -> DemoServer:
        """Start JupyterLab and wait until Terrarium answers in it. Raises :class:`DemoFailed`."""
        home.prepare()
        token, port = secrets.token_hex(16), _free_port()
        command = [
            *(sys.executable, "-m", "jupyterlab", "--no-browser"),
            *(f"--port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={home.work}"),
            *(["--allow-root"] if _is_root() else []),
        ]
        with home.log.open("wb") as log:
            process = subprocess.Popen(
                command,
                env=home.environment(token, channels),
                cwd=home.work,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        server = cls(process.pid, psutil.Process(process.pid).create_time(), port, token)
        try:
            server._wait(process, home)
        except BaseException:
            server.stop()
            raise
        return server

    def _wait(self, process: subprocess.Popen[bytes], home: Home) -> Status:
        end = time.monotonic() + _START_SECONDS
        while True:
            try:
                return RemotePort(self.connection).status()
            except ServerUnreachable as error:
                if process.poll() is not None:
                    why = f"it ended with status {process.returncode}"
                elif time.monotonic() > end:
                    why = error.message
                else:
                    time.sleep(0.1)
                    continue
            tail = "\n".join(home.log.read_text("utf-8", "replace").splitlines()[-15:])
            raise DemoFailed(f"JupyterLab did not start: {why}", f"Its last words:\n{tail}")

    def stop(self) -> None:
        """End the server and everything that it started."""
        try:
            process = psutil.Process(self.pid)
            if process.create_time() != self.created:
                return
            family = [process, *process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
        _, alive = psutil.wait_procs(family, timeout=_STOP_SECONDS)
        for left in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                left.kill()
        psutil.wait_procs(alive, timeout=5)

    def remember(self, home: Home) -> None:
        """Note this server in *home*, readable by its owner only: the token is in it."""
        home.record.unlink(missing_ok=True)
        descriptor = os.open(home.record, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(self), file)

    @classmethod
    def stop_remembered(cls, home: Home) -> bool:
        """End the server that an earlier demo left running; whether there was one."""
        try:
            server = cls(**json.loads(home.record.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return False
        running = psutil.pid_exists(server.pid)
        server.stop()
        home.record.unlink(missing_ok=True)
        return running


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
