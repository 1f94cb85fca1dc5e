"""Supervisors of two machines on one store: a heartbeat is the lease, the fence decides."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from faults.operations import Scene
from faults.tiny import specification, tiny_channel
from jupyterlab_terrarium import faults
from jupyterlab_terrarium.builds import heartbeat, liveness, run
from jupyterlab_terrarium.builds.heartbeat import Watch
from jupyterlab_terrarium.models.build import BuildState
from jupyterlab_terrarium.models.environment import EnvironmentCreate
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from jupyterlab_terrarium.store.tables import BuildRow, EventRow
from support.builds import ANNA

SILENT = 2.0


def serve(scene: Scene, host: str, builds: bool, pipe: Connection) -> None:
    """A supervisor on *host*. One that *builds* stops before it publishes what it has made."""
    heartbeat.BEAT_SECONDS, heartbeat.SILENT_SECONDS = 0.2, SILENT
    liveness.host_id = lambda layout: host
    published = []
    original = run.publish
    run.publish = lambda *arguments: (published.append(host), original(*arguments))
    if builds:
        faults.activate(scene.faults)
        (scene.faults / "publication.begun").write_text("pause 0")
    store = scene.open()
    if builds:
        store.services.environments.create(
            ANNA, EnvironmentCreate(name="one", specification=specification(1))
        )
    pipe.send(store.supervisor.name)
    pipe.recv()
    # Every run has come to its end.
    store.supervisor.wait_idle(lambda: not store.supervisor.followed())
    pipe.send(published)
    pipe.recv()
    store.close()


class Machine:
    """A process with a supervisor of a host of its own."""

    def __init__(self, scene: Scene, host: str, builds: bool = False) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(scene, host, builds, theirs))
        self.process.start()
        theirs.close()
        self.name = str(self._pipe.recv())

    def stop(self) -> None:
        os.kill(int(self.process.pid or 0), signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(int(self.process.pid or 0), signal.SIGCONT)

    def published(self) -> list[str]:
        """What it has published, once it works on nothing."""
        self._pipe.send("tell")
        assert self._pipe.poll(60)
        return list(self._pipe.recv())

    def end(self) -> None:
        self.go_on()
        self._pipe.send("end")
        self.process.join(30)
        if self.process.is_alive():
            self.process.kill()


def wait(condition: Callable[[], bool], seconds: float = 60) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it does not happen"
        time.sleep(0.05)


def test_whoever_is_silent_loses_its_builds_and_cannot_publish_them(tmp_path: Path) -> None:
    home = tmp_path / "scene"
    home.mkdir()
    scene = Scene(home, tiny_channel(tmp_path / "channel"))
    looking = OpenStore(StoreOptions(root=scene.root), builds=False)
    stopped = Machine(scene, "aaaaaaaa", builds=True)
    wait((scene.faults / "publication.begun.fired").exists)
    other = Machine(scene, "bbbbbbbb")

    def row() -> BuildRow:
        with looking.database.read() as session:
            return session.query(BuildRow).one()

    try:
        # While it beats nobody takes its build, however long that takes.
        began = time.monotonic()
        while time.monotonic() < began + 2 * SILENT:
            assert row().owner == stopped.name
            time.sleep(0.1)
        stopped.stop()
        wait(lambda: row().state == BuildState.READY.value)
        taken = row()
        assert (taken.owner, taken.fence) == (other.name, 2)
        assert other.published() == ["bbbbbbbb"] or taken.reused
        # It goes on in the middle of its publication, which is refused.
        (scene.faults / "publication.begun.fired").unlink()
        stopped.go_on()
        assert stopped.published() == []
        after = row()
        assert (after.owner, after.fence, after.state) == (other.name, 2, "ready")
        with looking.database.read() as session:
            told = [one.data for one in session.query(EventRow) if one.kind == "build-changed"]
        assert [one["state"] for one in told].count("ready") == 1
        assert not any("beat" in one["progress"] for one in told)
    finally:
        stopped.end()
        other.end()
        looking.close()


def test_a_watcher_that_was_stopped_itself_accuses_nobody() -> None:
    moment = 0.0
    watch = Watch(lambda: moment)
    assert not watch.silent("owner", "1")
    moment = 1000.0
    assert not watch.silent("owner", "1")
    for _ in range(100):
        moment += 1.0
        if watch.silent("owner", "1"):
            break
    assert moment - 1000.0 == pytest.approx(heartbeat.SILENT_SECONDS, abs=5)
    assert not watch.silent("owner", "2"), "a sign of life"


def test_an_owner_of_this_machine_is_judged_by_its_lock_alone() -> None:
    assert liveness.is_elsewhere("12-abcdefgh23456789.aaaaaaaa", "bbbbbbbb")
    assert not liveness.is_elsewhere("12-abcdefgh23456789.aaaaaaaa", "aaaaaaaa")
    # The names of programs from before.
    assert not liveness.is_elsewhere("12-abcdefgh23456789", "aaaaaaaa")
