"""A channel that can be made to wait, and what of it lies in a store."""

from __future__ import annotations

import contextlib
import http.server
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from engine.engine_help import Web, serve_files
from install.install_help import make_lock, make_package
from jupyterlab_terrarium.models.lock import Lock
from jupyterlab_terrarium.services.opening import OpenStore
from support.wheels import make_wheel


@dataclass
class Channel:
    """A channel over HTTP that can be made to wait in the middle of its package files."""

    directory: Path
    web: Web = field(init=False)
    open: threading.Event = field(default_factory=threading.Event)
    held: threading.Event = field(default_factory=threading.Event)
    #: Only files with this in their names wait.
    slow: str = ""
    #: Names of the package files that were asked for. A plan looks into some of them: forget that.
    fetched: list[str] = field(default_factory=list)

    def answer(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        name = handler.path.rpartition("/")[2]
        whole = handler.command == "GET" and "Range" not in handler.headers
        if whole and name.endswith((".conda", ".tar.bz2", ".whl")):
            self.fetched.append(name)
            if self.slow in name:
                self.held.set()
                self.open.wait(60)
        # Whoever was killed, or has seen enough, has gone.
        with contextlib.suppress(ConnectionError):
            serve_files(self.directory)(handler)


def lock_of(tiny: Channel, *names: str, size: int = 1000, wheel: bool = False) -> Lock:
    """A lock of packages of *tiny*, made now."""
    packages = []
    for name in names:
        made = make_package(tiny.directory, name, {f"share/{name}": os.urandom(size)})
        url = f"{tiny.web.url}/noarch/{made.file_name}"
        packages.append(made.model_copy(update={"url": url}))
    wheels = []
    if wheel:
        one = make_wheel(tiny.directory, "wheely", "1.0")
        wheels.append(one.model_copy(update={"url": f"{tiny.web.url}/{one.file_name}"}))
    return make_lock(packages, wheels)


def files_of(lock: Lock) -> set[str]:
    return {file.sha256 for file in lock.platforms[0].files}


def here(store: OpenStore) -> set[str]:
    """SHA-256 of what lies in the caches."""
    layout = store.layout
    return {entry.name for entry in (*layout.packages.iterdir(), *layout.wheels.iterdir())}


def when(store: OpenStore, condition: Callable[[], bool]) -> None:
    """Wait until *condition* holds; fails after half a minute."""
    end = time.monotonic() + 30

    def holds() -> bool:
        assert time.monotonic() < end, "it does not happen"
        return condition()

    store.supervisor.wait_idle(holds)


def working(store: OpenStore) -> bool:
    return bool(store.supervisor.ahead._fetching)
