"""The queue: many builds at once against back to back, and one lock asked for often."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from bench import measure
from bench.rows import Bench, Row
from support.servers import JupyterProcess

BUILDS = 20
REQUESTS = 50
_POOLS = (1, 2, 3)


def many_builds(bench: Bench) -> list[Row]:
    """20 distinct builds queued at once, against the best of pools that are fed back to back."""
    back_to_back = {pool: _seconds(bench, pool, at_once=False) for pool in _POOLS}
    queued = _seconds(bench, None, at_once=True)
    best = min(back_to_back, key=lambda pool: back_to_back[pool])
    base = back_to_back[best]
    return [
        Row(
            f"{BUILDS} distinct builds queued at once, against the same back to back "
            f"(pool of {best})",
            f"{queued:.2f} s / {base:.2f} s = {queued / base:.2f}x",
            "at most 1.3x",
            queued <= 1.3 * base,
        )
    ]


def one_lock(bench: Bench) -> list[Row]:
    """50 requests for one lock: one of them is built, the others find its files."""
    with bench.server("one-lock") as server:
        measure.build(server, "warm", "warm")
        with ThreadPoolExecutor(REQUESTS) as threads:
            ids = list(threads.map(lambda n: _ask(server, f"same-{n}", "same"), range(REQUESTS)))
        _wait(server, ids)
        built = sum(_workers(server, build) for build in ids)
    return [
        Row(
            f"{REQUESTS} requests for one lock: workers started",
            f"{built}",
            "1",
            built == 1,
        )
    ]


def _seconds(bench: Bench, pool: int | None, *, at_once: bool) -> float:
    options = [] if pool is None else [f"--TerrariumSettings.pool_size={pool}"]
    with bench.server(f"queue-{pool or 'usual'}", *options) as server:
        measure.build(server, "warm", "warm")
        names = [f"many-{number}" for number in range(BUILDS)]
        started = time.monotonic()
        if at_once:
            _wait(server, [_ask(server, name, name) for name in names])
        else:
            with ThreadPoolExecutor(pool) as threads:
                list(threads.map(lambda name: measure.build(server, name, name), names))
        return time.monotonic() - started


def _ask(server: JupyterProcess, name: str, variable: str) -> str:
    body = {"name": name, "specification": measure.specification(variable)}
    made = server.client.post("environments", body)
    assert made.status == 201, made.body
    return str(made.json["build"]["id"])


def _wait(server: JupyterProcess, ids: list[str]) -> None:
    """Until all of these builds are ready."""
    after, left = 0, set(ids)
    while left:
        page = server.client.get(f"events?after={after}&wait=20").json
        after = page["last"]
        for event in page["events"]:
            state = event["data"].get("state")
            if event["build"] in left and state in measure.ENDED:
                assert state == "ready", server.client.get(f"builds/{event['build']}").body
                left.discard(event["build"])


def _workers(server: JupyterProcess, build: str) -> int:
    """How many workers a build has had: each one writes its result into the build's log."""
    log = server.client.get(f"builds/{build}/log?offset=0").json
    return sum(event["kind"] == "result" for event in log["events"])
