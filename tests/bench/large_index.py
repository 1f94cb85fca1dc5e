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
from statistics import median
from urllib.parse import quote

from rattler import (
    Channel,
    ChannelPriority,
    Gateway,
    MatchSpec,
    RepoDataRecord,
    solve,
)

from bench.measure import watch_build
from bench.rows import Bench, Row, percentile, ratio_row
from jupyterlab_terrarium.access.principals import operating_system_user
from jupyterlab_terrarium.models.plan import PlanRequest
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from support.servers import JupyterProcess

RECORDS = 300_000
_VERSIONS = 10
#: What somebody types, letter by letter: most of it was never asked for before.
_TYPED = [f"pkg-{number}"[: 2 + end] for number in range(1_007, 30_000, 2_900) for end in range(7)]
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


class BareSolver:
    """Warm solves of the same question in this process, with nothing around them."""

    def __init__(self, channel: str, cache: Path) -> None:
        self._channel = channel
        self._gateway = Gateway(cache_dir=cache)
        self._specs = [MatchSpec(name) for name in _ASKED]
        self._loop = asyncio.new_event_loop()
        self.records = self._loop.run_until_complete(self._solve([]))

    async def _solve(self, locked: list[RepoDataRecord]) -> list[RepoDataRecord]:
        return await solve(
            [Channel(self._channel)],
            self._specs,
            gateway=self._gateway,
            platforms=["linux-64", "noarch"],
            locked_packages=locked,
            channel_priority=ChannelPriority.Strict,
        )

    def seconds(self, *, keep: bool = False) -> float:
        """One solve; *keep* hands it the records of the first one as preferred."""
        locked = self.records if keep else []
        started = time.monotonic()
        self._loop.run_until_complete(self._solve(locked))
        return time.monotonic() - started


def plan(server: JupyterProcess, channel: str) -> float:
    """Seconds of a plan, as a client of the server sees them."""
    started = time.monotonic()
    made = server.client.post("plans", {"specification": _text(channel)})
    seconds = time.monotonic() - started
    assert made.json["problem"] is None, made.body
    return seconds


def search(server: JupyterProcess, channel: str, text: str) -> float:
    """Seconds of a search for package names that begin with *text*."""
    started = time.monotonic()
    found = server.client.get(f"packages?query={text}&channel={quote(channel, safe='')}")
    seconds = time.monotonic() - started
    assert found.json["packages"][0]["name"].startswith(text), found.body
    return seconds


def _text(channel: str) -> str:
    return f"channels: ['{channel}']\nplatforms: [linux-64]\ndependencies: {json.dumps(_ASKED)}\n"


def plans_and_search(bench: Bench) -> list[Row]:
    """Warm plans against bare warm solves of the same question, and what people wait for."""
    channel = write_index(bench.work / "large-index")
    with bench.server("large") as server:
        made = server.client.post(
            "environments", {"name": "large", "specification": _text(channel)}
        )
        # Its package files are nowhere: the build fails once it has its lock.
        watch_build(server, made.json["build"], 0)
        shown = [plan(server, channel) for _ in range(max(15, bench.rounds) + 1)][1:]
        searched = [search(server, channel, text) for text in _TYPED]
    return [
        *_against_bare(bench, channel),
        Row(
            f"`POST plans` with that index, from the request to the answer, p95 of {len(shown)}",
            _milliseconds(shown),
            "under 100 ms",
            percentile(shown, 0.95) < 0.100,
        ),
        Row(
            f"package search by prefix at the API with that index, p95 of {len(searched)} queries",
            _milliseconds(searched),
            "under 16 ms",
            percentile(searched, 0.95) < 0.016,
        ),
    ]


def _milliseconds(found: list[float]) -> str:
    return f"{percentile(found, 0.95) * 1000:.1f} ms (median {median(found) * 1000:.1f} ms)"


def _against_bare(bench: Bench, channel: str) -> list[Row]:
    """Plans of the service, its solver process and its database included, without HTTP."""
    bare = BareSolver(channel, bench.work / "large-cache")
    samples: dict[str, list[float]] = {"bare": [], "plan": [], "bare keep": [], "keep": []}
    # The store of the server: `large` has a version to keep.
    opened = OpenStore(StoreOptions(root=bench.work / "large" / "store"), builds=False)
    try:
        for number in range(max(15, bench.rounds) + 1):
            taken = {
                "bare": bare.seconds(),
                "plan": _made(opened, PlanRequest(specification=_text(channel))),
                "bare keep": bare.seconds(keep=True),
                "keep": _made(
                    opened, PlanRequest(specification=_text(channel), environment="large")
                ),
            }
            for name, seconds in taken.items():
                # The first ones read the index.
                samples[name] += [seconds] if number else []
    finally:
        opened.close()
    return [
        ratio_row(
            f"warm plan on {RECORDS:,} records, against a bare warm solve",
            samples["plan"],
            samples["bare"],
            1.5,
        ),
        ratio_row(
            "the same of an edit that keeps what works, against a bare solve that prefers it",
            samples["keep"],
            samples["bare keep"],
            1.5,
        ),
    ]


def _made(opened: OpenStore, request: PlanRequest) -> float:
    started = time.monotonic()
    made = opened.services.plans.make(operating_system_user(), request)
    seconds = time.monotonic() - started
    assert made.problem is None, made.problem
    assert made.mode == ("keep" if request.environment else "refresh")
    return seconds
