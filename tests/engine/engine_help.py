"""Channels made by hand, servers that behave as told, and the little that all tests here share."""

from __future__ import annotations

import asyncio
import hashlib
import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from jupyterlab_terrarium.conda.channels import ChannelConfig
from jupyterlab_terrarium.conda.gateways import GatewayPool
from jupyterlab_terrarium.conda.solve import question, solve_specification
from jupyterlab_terrarium.conda.specification import read_specification
from jupyterlab_terrarium.models.lock import CondaPackage, PlatformLock

JANUARY_2024 = 1704067200000


def record(name: str, version: str = "1.0", *depends: str, **more: Any) -> dict[str, Any]:
    """A record of repodata; ``subdir``, ``build`` and other fields by name."""
    build = more.get("build", "0")
    file_name = f"{name}-{version}-{build}.conda"
    return {
        "name": name,
        "version": version,
        "build": build,
        "build_number": 0,
        "depends": list(depends),
        "subdir": "noarch",
        "sha256": hashlib.sha256(file_name.encode()).hexdigest(),
        "md5": hashlib.md5(file_name.encode()).hexdigest(),
        "size": 1000,
        "timestamp": JANUARY_2024,
        "license": "MIT",
        "fn": file_name,
        **more,
    }


def write_channel(directory: Path, records: Sequence[dict[str, Any]]) -> str:
    """A channel of metadata only; its URL."""
    for subdir in {"noarch", "linux-64", *(one["subdir"] for one in records)}:
        (directory / subdir).mkdir(parents=True, exist_ok=True)
        packages = {
            one["fn"]: {key: value for key, value in one.items() if key != "fn"}
            for one in records
            if one["subdir"] == subdir
        }
        document = {
            "info": {"subdir": subdir},
            "packages": {},
            "packages.conda": packages,
            "repodata_version": 1,
        }
        (directory / subdir / "repodata.json").write_text(json.dumps(document))
    return directory.as_uri()


@dataclass
class Solver:
    """Solves texts in this process, without the solver process around it."""

    cache: Path
    config: ChannelConfig = field(default_factory=ChannelConfig)
    platform: str = "linux-64"

    def solve(self, text: str, **more: Any) -> PlatformLock:
        """The first platform's lock of a specification."""
        return self.solve_all(text, **more)[0]

    def solve_all(self, text: str, **more: Any) -> list[PlatformLock]:
        """The locks of all platforms."""
        spec = read_specification(text)
        pool = GatewayPool(self.cache)
        sources = question(spec, self.platform, self.config).sources
        platforms = spec.platforms or [self.platform]

        async def work() -> list[PlatformLock]:
            gateway = pool.get(self.config, sources)
            return await solve_specification(
                spec, gateway=gateway, config=self.config, platforms=platforms, **more
            )

        return asyncio.run(work())


def versions(part: PlatformLock) -> dict[str, str]:
    """Names and versions of the conda packages."""
    return {package.name: package.version for package in part.conda}


def package(part: PlatformLock, name: str) -> CondaPackage:
    """The conda package of this name."""
    return next(one for one in part.conda if one.name == name)


@dataclass
class Web:
    """A running server: its address and the paths (with Authorization) that it was asked for."""

    url: str
    asked: list[tuple[str, str | None]]


Answer = Callable[[http.server.BaseHTTPRequestHandler], None]


def serve_files(directory: Path, authorization: str | None = None) -> Answer:
    """Answers with the files of *directory*, 401 unless *authorization* is sent."""

    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        path = directory / handler.path.lstrip("/")
        if authorization and handler.headers.get("Authorization") != authorization:
            handler.send_response(401)
            handler.end_headers()
        elif path.is_file():
            body = path.read_bytes()
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            if handler.command == "GET":
                handler.wfile.write(body)
        else:
            handler.send_response(404)
            handler.end_headers()

    return answer


def refuse_with(code: int) -> Answer:
    """Answers everything with one status."""

    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        handler.end_headers()

    return answer


@contextmanager
def web_server(answer: Answer) -> Iterator[Web]:
    """A server on this machine for the length of the block."""
    asked: list[tuple[str, str | None]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers.get("Authorization")))
            answer(self)

        do_HEAD = do_GET

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Web(f"http://127.0.0.1:{server.server_port}", asked)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def gone(pid: int, seconds: float = 2.0, *, orphan: bool = False) -> bool:
    """Whether the process ended and was reaped within this time; reaping orphans is init's."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if orphan and psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        if not psutil.pid_exists(pid):
            return True
        time.sleep(0.02)
    return False


def in_background(call: Callable[[], object]) -> Future[object]:
    """The result of *call*, made in another thread."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(call)
    pool.shutdown(wait=False)
    return future
