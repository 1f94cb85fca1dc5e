"""Plans on an index of the size of conda-forge's: generated, because none can be fetched.

Metadata only: what is solved here cannot be installed.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import time
from pathlib import Path

from rattler import Channel, ChannelPriority, Gateway, MatchSpec, solve

from bench.rows import Bench, Row, ratio_row
from support.servers import JupyterProcess

RECORDS = 300_000
_VERSIONS = 10
#: Packages that a request leads to are few even in a large index.
_ASKED = [f"pkg-{number}" for number in range(1_000, 1_040)]


def write_index(directory: Path) -> str:
    """A channel of :data:`RECORDS` records, each with up to four dependencies; its URL."""
    chance = random.Random(20261128)
    packages = {}
    for number in range(RECORDS // _VERSIONS):
        needed = {chance.randrange(min(number, 250)) for _ in range(4)} if number else set()
        for version in range(_VERSIONS):
            name = f"pkg-{number}-1.{version}-0.conda"
            packages[name] = {
                "name": f"pkg-{number}",
                "version": f"1.{version}",
                "build": "0",
                "build_number": 0,
                "depends": [f"pkg-{other} >=1.{chance.randrange(3)}" for other in sorted(needed)],
                "subdir": "noarch",
                "sha256": hashlib.sha256(name.encode()).hexdigest(),
                "md5": hashlib.md5(name.encode(), usedforsecurity=False).hexdigest(),
                "size": 100_000,
                "timestamp": 1_700_000_000_000,
                "license": "MIT",
            }
    for subdir, content in (("noarch", packages), ("linux-64", {})):
        (directory / subdir).mkdir(parents=True)
        document = {"info": {"subdir": subdir}, "packages": {}, "packages.conda": content}
        (directory / subdir / "repodata.json").write_text(json.dumps(document))
    return directory.as_uri()


def bare(channel: str, cache: Path, rounds: int) -> list[float]:
    """Seconds of each of *rounds* warm solves in this process, with nothing around them."""
    gateway = Gateway(cache_dir=cache)
    specs = [MatchSpec(name) for name in _ASKED]

    async def once() -> float:
        started = time.monotonic()
        await solve(
            [Channel(channel)],
            specs,
            gateway=gateway,
            platforms=["linux-64", "noarch"],
            channel_priority=ChannelPriority.Strict,
        )
        return time.monotonic() - started

    async def all_of_them() -> list[float]:
        await once()
        return [await once() for _ in range(rounds)]

    return asyncio.run(all_of_them())


def planned(server: JupyterProcess, channel: str, rounds: int) -> list[float]:
    """Seconds of each of *rounds* warm plans, as a client of the server sees them."""
    text = f"channels: ['{channel}']\nplatforms: [linux-64]\ndependencies: {json.dumps(_ASKED)}\n"

    def once() -> float:
        started = time.monotonic()
        made = server.client.post("plans", {"specification": text})
        seconds = time.monotonic() - started
        assert made.json["problem"] is None, made.body
        return seconds

    once()
    return [once() for _ in range(rounds)]


def plans(bench: Bench) -> list[Row]:
    """Warm plans against bare warm solves of the same question."""
    channel = write_index(bench.work / "large-index")
    base = bare(channel, bench.work / "large-cache", bench.rounds)
    with bench.server("large") as server:
        ours = planned(server, channel, bench.rounds)
    return [
        ratio_row(
            f"warm plan by `POST plans` on {RECORDS:,} records, against a bare warm solve",
            ours,
            base,
            1.5,
        )
    ]
