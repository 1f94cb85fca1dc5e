"""Files go out as fast as their readers take them, and no faster."""

from __future__ import annotations

import asyncio
import io
import socket
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_unix_socket
from tornado.web import Application

from jupyterlab_terrarium.api.base import SETTING, ApiContext, TerrariumHandler
from jupyterlab_terrarium.api.file_answer import CHUNK, FileAnswer, send_file
from jupyterlab_terrarium.api.lanes import SlowLane

CLIENTS = 5
SIZE = 20_000_000
#: What lies in the two buffers of a Unix socket, at most.
_BUFFERS = 1_000_000


class _Watched(io.FileIO):
    """A file that tells when it is read, and how much."""

    def __init__(self, path: Path, tell: Callable[[int], None]) -> None:
        super().__init__(path)
        self._tell = tell

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size) or b""
        self._tell(len(data))
        return data


@dataclass(frozen=True)
class _Answer(FileAnswer):
    tell: Callable[[int], None] = lambda count: None

    def open(self) -> BinaryIO:
        assert self.path is not None
        return cast(BinaryIO, _Watched(self.path, self.tell))


class _Handler(TerrariumHandler):
    def initialize(self, answer: FileAnswer) -> None:
        self.given = answer

    def send(self, content: bytes, media_type: str) -> None:
        self.finish(content)

    async def get(self) -> None:
        await send_file(self, "application/octet-stream", self.given)


def test_what_a_client_does_not_read_is_not_read_for_it(tmp_path: Path) -> None:
    file = tmp_path / "large"
    with file.open("wb") as stream:
        stream.truncate(SIZE)
    read, largest = asyncio.run(_download(file, tmp_path / "socket"))
    assert CLIENTS * CHUNK <= read < CLIENTS * _BUFFERS
    assert largest == CHUNK


async def _download(file: Path, place: Path) -> tuple[int, int]:
    """What was read while no client read anything, and at once; then they get everything."""
    loop, read = asyncio.get_running_loop(), asyncio.Event()
    counts: list[int] = []

    def tell(count: int) -> None:
        counts.append(count)
        loop.call_soon_threadsafe(read.set)

    with ThreadPoolExecutor(4) as executor:
        context = ApiContext(Future(), lambda: None, executor, SlowLane(), "/")
        answer = {"answer": _Answer(file, etag="x", tell=tell)}
        application = Application([("/", _Handler, answer)])
        application.settings[SETTING] = context
        server = HTTPServer(application)
        server.add_socket(bind_unix_socket(str(place)))
        clients = [await _asked(loop, place, number) for number in range(CLIENTS)]
        while await _soon(read):
            read.clear()
        found = sum(counts), max(counts)
        bodies = [await _rest(loop, client) for client in clients]
        assert bodies == [SIZE - number for number in range(CLIENTS)]
        server.stop()
        await server.close_all_connections()
    return found


async def _asked(loop: asyncio.AbstractEventLoop, place: Path, first: int) -> socket.socket:
    """A client that has asked for everything from byte *first* on."""
    client = socket.socket(socket.AF_UNIX)
    client.setblocking(False)
    await loop.sock_connect(client, str(place))
    asked = f"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nRange: bytes={first}-\r\n\r\n"
    await loop.sock_sendall(client, asked.encode())
    return client


async def _soon(event: asyncio.Event) -> bool:
    waiting = asyncio.ensure_future(event.wait())
    await asyncio.wait([waiting], timeout=0.5)
    return not waiting.cancel()


async def _rest(loop: asyncio.AbstractEventLoop, client: socket.socket) -> int:
    """How many bytes the answer has; the client is closed."""
    found = bytearray()
    with client:
        while data := await loop.sock_recv(client, 1 << 20):
            found += data
    return len(found.partition(b"\r\n\r\n")[2])
