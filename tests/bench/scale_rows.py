"""Lists, details and the start of a store of 10,000 environments and 100,000 versions."""

from __future__ import annotations

import random
import time
from statistics import median

from bench import full_store
from bench.rows import Bench, Row, percentile
from support.servers import JupyterProcess

_SAMPLES = 30
_LIMIT = 0.050


def full(bench: Bench) -> list[Row]:
    """Every list and detail call at the API, and reconciliation at start."""
    starts = full_store.write(bench.work / "full" / "store")
    with bench.server("full") as server:
        calls = _calls(server)
        samples: dict[str, list[float]] = {name: [] for name in calls}
        for _ in range(_SAMPLES):
            for name, paths in calls.items():
                samples[name].append(_seconds(server, paths[len(samples[name]) % len(paths)]))
    rows = [
        Row(
            f"`{name}` of {full_store.ENVIRONMENTS:,} environments with "
            f"{full_store.ENVIRONMENTS * full_store.VERSIONS:,} versions, p95",
            f"{percentile(found, 0.95) * 1000:.1f} ms (median {median(found) * 1000:.1f} ms)",
            "under 50 ms",
            percentile(found, 0.95) < _LIMIT,
        )
        for name, found in samples.items()
    ]
    start = median(starts)
    return [
        *rows,
        Row("reconciliation of that store at start", f"{start:.2f} s", "under 2 s", start < 2),
    ]


def _seconds(server: JupyterProcess, path: str) -> float:
    started = time.monotonic()
    answer = server.client.get(path)
    seconds = time.monotonic() - started
    assert answer.status == 200, (path, answer.body[:300])
    return seconds


def _calls(server: JupyterProcess) -> dict[str, list[str]]:
    """Paths by what the row calls them; a call is made with each of its paths in turn."""
    client = server.client
    chance = random.Random(1)
    status = client.get("status").json
    names = [f"environment-{chance.randrange(full_store.ENVIRONMENTS)}" for _ in range(10)]
    one = [f"environments/{status['namespace']}/{name}" for name in names]
    builds = [build["id"] for build in client.get("builds?limit=10").json["items"]]
    first = client.get("environments?limit=100").json
    return {
        "GET environments": ["environments?limit=100"],
        "GET environments, the next page": [
            f"environments?limit=100&cursor={first['next_cursor']}"
        ],
        "GET environments, by name": [f"environments?filter={name}" for name in names],
        "GET environments, by package": [
            f"environments?filter=pkg-{chance.randrange(3000)}" for _ in range(10)
        ],
        "GET environments, nothing found": ["environments?filter=nothing-like-this"],
        "GET environment": one,
        "GET versions": [f"{path}/versions" for path in one],
        "GET version": [f"{path}/versions/5" for path in one],
        "GET version's packages": [f"{path}/versions/5/packages" for path in one],
        "GET comparison": [f"{path}/versions/3/comparison?with=7" for path in one],
        "GET builds": ["builds", "builds?active=true"],
        "GET build": [f"builds/{build}" for build in builds],
        "GET events": [f"events?after={status['last_event'] - 500}"],
        "GET status": ["status"],
        "GET namespaces": ["namespaces"],
    }
