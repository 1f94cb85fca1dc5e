"""Many people download one large archive of a team store at once."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import select

from bench import many_downloads, measure
from bench.rows import Bench, Row, percentile
from jupyterlab_terrarium.conda.files import sha256_of
from jupyterlab_terrarium.models.artifact import ArtifactState
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from jupyterlab_terrarium.store import artifacts
from jupyterlab_terrarium.store.artifact_tables import ArtifactRow
from support.served import API, ServedProcess

CLIENTS = 20
SIZE = 2 * 10**9
#: Of one range, in bytes.
PIECE = 50_000_000
_WARM = 10.0
_SECONDS = 60.0
_RANGES_SECONDS = 20.0


def many_downloads_of_one(bench: Bench) -> list[Row]:
    """The server's memory and event loop while 20 clients download 2 GB, whole and by ranges."""
    probe = bench.work / "download-delays"
    served = ServedProcess(
        bench.work / "downloads",
        bench.channel,
        "--without-sandbox",
        module="bench.served_probe",
        variables={
            "TERRARIUM_LOOP_PROBE": str(probe),
            "PYTHONPATH": str(Path(__file__).parents[1]),
        },
    ).start()
    try:
        path = _archive(served)
    finally:
        served.stop()
    blob = _make_large(served.root)
    served.start()
    try:
        # Whoever comes first makes the server import what it needs, and start its threads.
        _download(served, probe, path, _WARM, PIECE)
        rows = [
            *_rows("whole", _download(served, probe, path, _SECONDS, 0)),
            *_rows("by ranges", _download(served, probe, path, _RANGES_SECONDS, PIECE)),
        ]
    finally:
        served.stop()
        blob.unlink()
    return rows


def _archive(served: ServedProcess) -> str:
    """Have an archive made, as people do; its path."""
    body = {"name": "large", "specification": measure.specification("large")}
    made = served.request("POST", f"{API}environments", body)
    assert made.status == 201, made.body
    namespace = json.loads(served.request("GET", f"{API}status").body)["namespace"]
    path = f"{API}environments/{namespace}/large/versions/1/artifacts/archive-zst"
    builds = f"{API}builds?active=true"
    _until(lambda: not json.loads(served.request("GET", builds).body)["items"])
    asked = served.request("POST", path, {})
    assert asked.status == 202, asked.body
    _until(lambda: served.request("GET", path).status == 200)
    return path


def _until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 300
    while not done():
        assert time.monotonic() < end
        time.sleep(0.2)


def _make_large(root: Path) -> Path:
    """Give the archive 2 GB of content: what a version of a hundred packages would have."""
    opened = OpenStore(StoreOptions(root=root), builds=False)
    try:
        aside = opened.layout.blobs / "large"
        with aside.open("wb") as file:
            file.truncate(SIZE)
        sha256 = sha256_of(aside)
        blob = opened.layout.blob(sha256)
        blob.parent.mkdir(parents=True, exist_ok=True)
        aside.rename(blob)
        with opened.database.write() as session:
            row = session.scalars(select(ArtifactRow)).one()
            artifacts.end(session, row, ArtifactState.READY, sha256=sha256, size=SIZE)
        return blob
    finally:
        opened.close()


@dataclass
class _Seen:
    """What came; the server's memory before and at most, in bytes; its loop's delays in seconds."""

    came: dict[str, Any]
    seconds: float
    before: int
    most: int
    delays: list[float] = field(default_factory=list)


def _download(served: ServedProcess, probe: Path, path: str, seconds: float, piece: int) -> _Seen:
    assert served.process is not None
    process = psutil.Process(served.process.pid)
    before, marked = process.memory_info().rss, probe.stat().st_size
    samples, ended = [before], threading.Event()

    def watch() -> None:
        while not ended.wait(0.1):
            samples.append(process.memory_info().rss)

    watching = threading.Thread(target=watch)
    watching.start()
    started = time.monotonic()
    command = [sys.executable, many_downloads.__file__, str(served.socket), str(CLIENTS)]
    command += [str(seconds), str(SIZE), str(piece), path]
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    finally:
        ended.set()
        watching.join()
    took = time.monotonic() - started
    with probe.open() as stream:
        stream.seek(marked)
        delays = [float(line) for line in stream.read().splitlines()[1:-1]]
    return _Seen(json.loads(done.stdout), took, before, max(samples), delays)


def _rows(how: str, seen: _Seen) -> list[Row]:
    came, late = seen.came, percentile(seen.delays, 0.99)
    grown = seen.most - seen.before
    return [
        Row(
            f"{CLIENTS} clients download {SIZE / 10**9:g} GB, {how}: event loop delay, p99 of "
            f"{len(seen.delays)} samples",
            f"{late * 1000:.1f} ms",
            "under 50 ms",
            late < 0.05,
        ),
        Row(
            f"the same: the server's memory at most, against after {_WARM:g} s of it, while "
            f"{came['bytes'] / 10**9:.1f} GB went out in {seen.seconds:.0f} s",
            f"{grown / 2**20:+.0f} MB of {seen.before / 2**20:.0f} MB",
            "flat: at most 10 % more",
            grown <= seen.before / 10,
        ),
        Row(
            f"the same: wrong answers; the slowest client got {came['least'] / 10**6:.0f} MB",
            f"{len(came['wrong'])} {came['wrong'][:1] or ''}",
            "0",
            not came["wrong"] and came["least"] > 0,
        ),
    ]
