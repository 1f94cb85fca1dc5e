"""One team store and many people: each asks now and then, and follows its events."""

from __future__ import annotations

import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median

import psutil

from bench import measure
from bench.rows import Bench, Row, percentile
from support.served import API, ServedProcess

CLIENTS = 200
ENVIRONMENTS = 60
#: Seconds between two requests of one client, and of the whole measurement.
_EVERY = 2.0
_SECONDS = 60.0
_WARM = 10.0
_CHANGE_EVERY = 5.0


@dataclass
class _Seen:
    """What the clients saw: seconds of each answer, and whatever was no answer."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    events: int = 0


class _Connection:
    """One HTTP connection to a Unix socket, kept open."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str, change: object = None) -> tuple[int, bytes]:
        """Status and body; with *change* what is there is changed."""
        if self._streams is None:
            self._streams = await asyncio.open_unix_connection(str(self._path), limit=1 << 24)
        reader, writer = self._streams
        verb, body = ("GET", "") if change is None else ("PATCH", json.dumps(change))
        lines = [f"{verb} {API}{path} HTTP/1.1", "Host: store", f"Content-Length: {len(body)}"]
        writer.write("\r\n".join([*lines, "", body]).encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(head.split("content-length:", 1)[1].split("\r\n", 1)[0])
        return int(head.split(" ", 2)[1]), await reader.readexactly(length)

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()


def many_people(bench: Bench) -> list[Row]:
    """Answers, the event loop and the memory of a store that 200 people use at once."""
    probe = bench.work / "team-delays"
    served = ServedProcess(
        bench.work / "team",
        bench.channel,
        "--without-sandbox",
        module="bench.served_probe",
        variables={
            "TERRARIUM_LOOP_PROBE": str(probe),
            "PYTHONPATH": str(Path(__file__).parents[1]),
        },
    ).start()
    try:
        paths = _fill(served)
        assert served.process is not None
        process = psutil.Process(served.process.pid)
        asyncio.run(_everybody(served.socket, paths, _WARM))
        before, marked = process.memory_info().rss, probe.stat().st_size
        seen = asyncio.run(_everybody(served.socket, paths, _SECONDS))
        grown = process.memory_info().rss - before
        with probe.open() as stream:
            stream.seek(marked)
            delays = [float(line) for line in stream.read().splitlines()[1:-1]]
        busy = asyncio.run(_everybody(served.socket, paths, _SECONDS, changing=True))
    finally:
        served.stop()
    people = f"{CLIENTS} clients, a request every {_EVERY:g} s each and an event stream open"
    slow, late = percentile(seen.seconds, 0.95), percentile(delays, 0.99)
    return [
        Row(
            f"team store, {people}: p95 of {len(seen.seconds)} answers",
            f"{slow * 1000:.0f} ms (median {median(seen.seconds) * 1000:.0f} ms)",
            "under 300 ms",
            slow < 0.3,
        ),
        Row("the same: event loop delay, p99", f"{late * 1000:.0f} ms", "under 50 ms", late < 0.05),
        Row(
            f"the same while somebody changes something every {_CHANGE_EVERY:g} s: p95 of "
            f"{len(busy.seconds)} answers, {busy.events} pages of events",
            f"{percentile(busy.seconds, 0.95) * 1000:.0f} ms "
            f"(median {median(busy.seconds) * 1000:.0f} ms)",
            "errors: 0",
            not busy.errors,
        ),
        Row(
            "the same without changes: errors",
            f"{len(seen.errors)} {seen.errors[:1] or ''}",
            "0",
            not seen.errors,
        ),
        Row(
            f"the same: memory after {_SECONDS:g} s, against before",
            f"{grown / 2**20:+.0f} MB of {before / 2**20:.0f} MB",
            "at most 10 % more",
            grown <= before / 10,
        ),
    ]


def _fill(served: ServedProcess) -> list[str]:
    """Environments of one lock; what people ask for."""
    for number in range(ENVIRONMENTS):
        body = {"name": f"environment-{number}", "specification": measure.specification("team")}
        made = served.request("POST", f"{API}environments", body)
        assert made.status == 201, made.body
    while json.loads(served.request("GET", f"{API}builds?active=true").body)["items"]:
        time.sleep(0.2)
    namespace = json.loads(served.request("GET", f"{API}status").body)["namespace"]
    return [
        "environments",
        "environments?filter=environment-1",
        "environments?filter=numpy",
        *(f"environments/{namespace}/environment-{number}" for number in range(3)),
    ]


async def _everybody(
    socket: Path, paths: list[str], seconds: float, *, changing: bool = False
) -> _Seen:
    seen, end = _Seen(), time.monotonic() + seconds
    chance = random.Random(7)
    people = [_one(socket, paths, end, chance.random() * _EVERY, seen) for _ in range(CLIENTS)]
    streams = [asyncio.ensure_future(_stream(socket, seen)) for _ in range(CLIENTS)]
    if changing:
        streams.append(asyncio.ensure_future(_change(socket, paths[-1])))
    await asyncio.gather(*people)
    for stream in streams:
        stream.cancel()
    await asyncio.gather(*streams, return_exceptions=True)
    return seen


async def _one(socket: Path, paths: list[str], end: float, offset: float, seen: _Seen) -> None:
    connection, chance = _Connection(socket), random.Random(offset)
    due = time.monotonic() + offset
    while due < end:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        started = time.monotonic()
        try:
            status, body = await connection.get(chance.choice(paths))
        except (OSError, asyncio.IncompleteReadError) as error:
            seen.errors.append(repr(error))
            connection.close()
            connection = _Connection(socket)
        else:
            seen.seconds.append(time.monotonic() - started)
            seen.errors += [] if status == 200 else [f"{status} {body[:200]!r}"]
        due += _EVERY
    connection.close()


async def _change(socket: Path, path: str) -> None:
    """Somebody changes something now and then: everybody is told, every answer is made anew."""
    connection = _Connection(socket)
    for number in count():
        await asyncio.sleep(_CHANGE_EVERY)
        status, body = await connection.get(path, {"title": f"Title {number}"})
        assert status == 200, body


async def _stream(socket: Path, seen: _Seen) -> None:
    """Events as the panel follows them: a request that is held open."""
    connection = _Connection(socket)
    try:
        # As the panel does: it has read the lists and wants to know what comes after.
        after = json.loads((await connection.get("status"))[1])["last_event"]
        while True:
            status, body = await connection.get(f"events?after={after}&wait=20")
            if status != 200:
                seen.errors.append(f"{status} {body[:200]!r}")
                return
            page = json.loads(body)
            after = page["last"]
            seen.events += 1
    finally:
        connection.close()
