"""``kill -9`` of the server at random moments of builds (A5.4): nothing half, nothing orphaned."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from jupyterlab_terrarium.store.paths import MANIFEST, Layout
from support.imports import FAST_IMPORTS
from support.leftovers import processes_of, visible
from support.servers import JupyterProcess
from support.waiting import wait_for_build

ROUNDS = int(os.environ.get("TERRARIUM_FAULT_ROUNDS", "20"))
SEED = int(os.environ.get("TERRARIUM_FAULT_SEED", "20261121"))
SPECIFICATION = """\
dependencies:
  - python
  - ipykernel
  - numpy
variables:
  ROUND: '{number}'
"""


def _wait_until_gone(root: Path, seconds: float) -> list[str]:
    end = time.monotonic() + seconds
    left = processes_of(root)
    while left and time.monotonic() < end:
        time.sleep(0.05)
        left = processes_of(root)
    return left


@pytest.mark.timeout(600)
def test_killing_the_server_at_any_moment_loses_nothing(tmp_path: Path, channel_url: str) -> None:
    generator = random.Random(SEED)
    print(f"seed {SEED}, {ROUNDS} rounds")
    root = tmp_path / "store"
    layout = Layout(root)
    server = JupyterProcess(tmp_path / "home", root, channel_url)
    # No kernel runs here, which would look for its byte code elsewhere.
    server.variables = FAST_IMPORTS
    accepted: list[str] = []
    server.start()
    # With byte code compiled once, the random moments fall into every phase of a build.
    warm = server.client.post(
        "environments", {"name": "warm", "specification": SPECIFICATION.format(number="warm")}
    )
    assert wait_for_build(server.client, warm.json["build"]["id"])["state"] == "ready"
    server.stop()
    for number in range(ROUNDS):
        server.start()
        client = server.client
        for build_id in accepted[-1:]:
            build = wait_for_build(client, build_id)
            assert build["state"] == "ready", build
        made = client.post(
            "environments",
            {"name": f"round-{number}", "specification": SPECIFICATION.format(number=number)},
        )
        assert made.status == 201, made.body
        accepted.append(made.json["build"]["id"])
        moment = generator.uniform(0.0, 1.2)
        time.sleep(moment)
        server.kill()
        assert _wait_until_gone(root, 2.0) == [], f"orphans after {moment:.2f} s, round {number}"
        for link in visible(layout):
            assert (link / MANIFEST).exists(), f"half an environment is visible: {link}"
    server.start()
    for build_id in accepted:
        build = wait_for_build(server.client, build_id)
        assert build["state"] == "ready", build
    listed = server.client.get("environments?limit=500").json
    assert {row["state"] for row in listed["items"]} == {"ready"}
    assert len(visible(layout)) == ROUNDS + 1
    server.stop()
    assert _wait_until_gone(root, 5.0) == []
