"""A server extension that measures how late the event loop is, 200 times a second."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

INTERVAL = 0.005


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "bench.loop_probe"}]


def _load_jupyter_server_extension(app: Any) -> None:
    path = Path(os.environ["TERRARIUM_LOOP_PROBE"])
    app.io_loop.add_callback(lambda: asyncio.ensure_future(probe(path)))


async def probe(path: Path) -> None:
    """Append to *path* how late, in seconds, each wake-up was, until cancelled."""
    loop = asyncio.get_running_loop()
    with path.open("a", buffering=1) as stream:
        due = loop.time() + INTERVAL
        while True:
            await asyncio.sleep(max(0.0, due - loop.time()))
            stream.write(f"{loop.time() - due:.6f}\n")
            due = max(due + INTERVAL, loop.time())
