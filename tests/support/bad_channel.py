"""A channel over HTTP that misbehaves with package files: hangs, crawls, breaks off, lies."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from engine.engine_help import web_server

Behaviour = Literal["good", "silent", "half", "crawl", "short", "error", "lie"]


@contextmanager
def bad_channel(directory: Path, behaviour: Behaviour) -> Iterator[str]:
    """The URL under which the files of *directory* are handed out so.

    ``silent`` never answers, ``half`` goes silent in the middle, ``crawl`` sends a file in many
    small parts, ``short`` closes the connection in the middle, ``error`` is status 500, ``lie``
    sends other bytes of the same number.
    """
    over = threading.Event()

    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        body = (directory / handler.path.lstrip("/")).read_bytes()
        if behaviour == "silent":
            over.wait()
            return
        handler.send_response(500 if behaviour == "error" else 200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        _BODIES[behaviour](handler, body, over)

    with web_server(answer) as web:
        try:
            yield web.url
        finally:
            over.set()


_Send = Callable[[http.server.BaseHTTPRequestHandler, bytes, threading.Event], None]


def _whole(handler: http.server.BaseHTTPRequestHandler, body: bytes, _: threading.Event) -> None:
    handler.wfile.write(body)


def _half(handler: http.server.BaseHTTPRequestHandler, body: bytes, over: threading.Event) -> None:
    handler.wfile.write(body[: len(body) // 2])
    handler.wfile.flush()
    over.wait()


def _crawl(handler: http.server.BaseHTTPRequestHandler, body: bytes, over: threading.Event) -> None:
    size = len(body) // 10 + 1
    for start in range(0, len(body), size):
        handler.wfile.write(body[start : start + size])
        handler.wfile.flush()
        over.wait(0.3)


def _short(handler: http.server.BaseHTTPRequestHandler, body: bytes, _: threading.Event) -> None:
    handler.wfile.write(body[: len(body) // 2])
    handler.close_connection = True


def _lie(handler: http.server.BaseHTTPRequestHandler, body: bytes, _: threading.Event) -> None:
    handler.wfile.write(bytes(len(body)))


_BODIES: dict[str, _Send] = {
    "good": _whole,
    "half": _half,
    "crawl": _crawl,
    "short": _short,
    "error": _whole,
    "lie": _lie,
}
