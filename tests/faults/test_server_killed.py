"""``kill -9`` of the server at random moments of builds (A5.4): nothing half, nothing orphaned."""

from __future__ import annotations

import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from faults.server import wait_until_gone
from jupyterlab_terrarium.store.paths import MANIFEST, Layout
from support.builds import seed
from support.leftovers import visible
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


class Victim:
    """A real server with a store of its own, that is killed again and again."""

    def __init__(self, home: Path, channel_url: str) -> None:
        self.home = home
        self.layout = Layout(home / "store")
        self.server = JupyterProcess(home, home / "store", channel_url)
        self.accepted: list[str] = []

    def warm(self) -> None:
        """With byte code compiled once, the random moments fall into every phase of a build."""
        self.server.start()
        self._create("warm")
        self._last_is_ready()
        self.server.stop()

    def play(self, rounds: range) -> None:
        """Kill it in each of *rounds*, at a moment that the seed and the round tell."""
        for number in rounds:
            self.server.start()
            self._last_is_ready()
            self._create(f"round-{number}")
            moment = random.Random(f"{SEED} {number}").uniform(0.0, 1.2)
            time.sleep(moment)
            self.server.kill()
            left = wait_until_gone(self.home)
            assert left == [], f"orphans after {moment:.2f} s, round {number}: {left}"
            for link in visible(self.layout):
                assert (link / MANIFEST).exists(), f"half an environment is visible: {link}"
        self.server.start()
        for build_id in self.accepted:
            build = wait_for_build(self.server.client, build_id)
            assert build["state"] == "ready", build
        listed = self.server.client.get("environments?limit=500").json
        assert {row["state"] for row in listed["items"]} == {"ready"}
        assert len(visible(self.layout)) == len(self.accepted)
        self.server.stop()
        assert wait_until_gone(self.home) == []

    def _create(self, name: str) -> None:
        body = {"name": name, "specification": SPECIFICATION.format(number=name)}
        made = self.server.client.post("environments", body)
        assert made.status == 201, made.body
        self.accepted.append(made.json["build"]["id"])

    def _last_is_ready(self) -> None:
        for build_id in self.accepted[-1:]:
            build = wait_for_build(self.server.client, build_id)
            assert build["state"] == "ready", build


@pytest.mark.timeout(900)
def test_killing_the_server_at_any_moment_loses_nothing(tmp_path: Path, channel_url: str) -> None:
    print(f"seed {SEED}, {ROUNDS} rounds")
    # Two at a time: starting a server, which takes most of the time, has one core to do.
    one, other = (Victim(tmp_path / name, channel_url) for name in ("one", "other"))
    one.warm()
    seed(other.layout.root, one.layout.root)
    with ThreadPoolExecutor(2) as pool:
        halves = [
            pool.submit(victim.play, range(start, ROUNDS, 2))
            for start, victim in enumerate((one, other))
        ]
    for half in halves:
        half.result()
    assert len(one.accepted) + len(other.accepted) == ROUNDS + 1
