"""Sizes of wheels, for indexes that do not tell them: what a plan says about its downloads."""

from __future__ import annotations

import asyncio
import contextlib
from urllib.request import Request, urlopen

from ..models.lock import PipPackage
from .channels import local_directory

#: Seconds for all of them together; a size that is not known in time is left 0.
BUDGET = 3.0
_CONCURRENCY = 8
_known: dict[str, int] = {}


async def add_sizes(wheels: list[PipPackage], offline: bool) -> list[PipPackage]:
    """*wheels* with sizes in bytes where they can be had quickly. Never raises."""
    gate = asyncio.Semaphore(_CONCURRENCY)

    async def find(wheel: PipPackage) -> None:
        async with gate:
            size = await asyncio.to_thread(_size, wheel.url, offline)
        if size:
            _known[wheel.sha256] = size

    tasks = [
        asyncio.create_task(find(wheel))
        for wheel in wheels
        if not wheel.size and wheel.sha256 not in _known
    ]
    if tasks:
        _, late = await asyncio.wait(tasks, timeout=BUDGET)
        for task in late:
            task.cancel()
    return [
        wheel.model_copy(update={"size": wheel.size or _known.get(wheel.sha256, 0)})
        for wheel in wheels
    ]


def _size(url: str, offline: bool) -> int:
    with contextlib.suppress(OSError, ValueError):
        path = local_directory(url)
        if path is not None:
            return path.stat().st_size
        if not offline and url.startswith(("http://", "https://")):
            with urlopen(Request(url, method="HEAD"), timeout=BUDGET) as answer:
                return int(answer.headers.get("Content-Length") or 0)
    return 0
