"""A store in a process of its own, forked from one that has imported everything, to be killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from faults.invariants import problems
from faults.operations import Answer, Operation, Scene, perform
from jupyterlab_terrarium import faults
from jupyterlab_terrarium.models.build import ENDED
from jupyterlab_terrarium.services.opening import OpenStore
from jupyterlab_terrarium.store import artifacts
from jupyterlab_terrarium.store.tables import BuildRow
from support.builds import ANNA
from support.leftovers import processes_of

# Of the tests nothing can be loaded ahead: the process that forks does not know their path.
_PRELOAD = [
    "pytest",
    "psutil",
    "alembic",
    "rattler",
    "jupyterlab_terrarium.services.opening",
    "jupyterlab_terrarium.store.migrate",
    "jupyterlab_terrarium.builds.repair",
    "sqlalchemy.dialects.sqlite.pysqlite",
]


@dataclass(frozen=True)
class Fault:
    """What happens when *point* was passed *skip* times by a process and is reached again."""

    point: str
    action: faults.Action
    skip: int = 0

    def __str__(self) -> str:
        return f"{self.action} at {self.point} (+{self.skip})"


@dataclass
class Told:
    """What the process said: answers to requests, what was wrong before them and after them.

    *listed* has the environments' states before the requests, *states* after them; ``None`` if the
    process did not get there.
    """

    before: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    listed: dict[str, str] | None = None
    states: dict[str, str] | None = None


def run(
    scene: Scene,
    wanted: Sequence[Operation] = (),
    fault: Fault | None = None,
    *,
    seconds: float | None = None,
    alone: bool = True,
) -> Told:
    """Perform *wanted* in a new process; with *fault* somewhere on the way.

    What is wrong is looked for after all builds have ended. The process ends as if killed, with
    *seconds* after this time. Its processes must then end, too, if it is *alone* on the store.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOAD)
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(scene, list(wanted), fault, theirs))
    process.start()
    theirs.close()
    killer = threading.Timer(seconds or 0.0, process.kill)
    if seconds is not None:
        killer.start()
    told = Told()
    try:
        while True:
            part, said = ours.recv()
            if part == "answer":
                told.answers.append(said)
            else:
                setattr(told, part, said)
    except EOFError:
        process.join(30)
    assert not process.is_alive(), "the process of the store did not end"
    killer.cancel()
    if alone:
        left = wait_until_gone(scene.home)
        assert left == [], f"orphans: {left}"
    return told


def wait_until_gone(home: Path, seconds: float = 10.0) -> list[str]:
    """What still works on a store below *home* when this time has passed."""
    end = time.monotonic() + seconds
    while (left := processes_of(home)) and time.monotonic() < end:
        time.sleep(0.02)
    return left


def fired(scene: Scene, fault: Fault) -> bool:
    """Whether *fault* has happened."""
    return (scene.faults / f"{fault.point}.fired").exists()


def reached(scene: Scene) -> set[str]:
    """The names of all points that were passed."""
    return {entry.name for entry in (scene.faults / "reached").iterdir()}


def _serve(scene: Scene, wanted: Sequence[Operation], fault: Fault | None, to: Connection) -> None:
    try:
        faults.activate(scene.faults)
        if fault is not None:
            (scene.faults / "server").write_text(str(os.getpid()))
            (scene.faults / f"{fault.point}.fired").unlink(missing_ok=True)
            (scene.faults / fault.point).write_text(f"{fault.action} {fault.skip}")
        store = scene.open()
        if fault is None:
            to.send(("before", _settled(store)))
            to.send(("listed", _states(store)))
        for operation in wanted:
            to.send(("answer", perform(store, operation)))
        if fault is not None:
            (scene.faults / fault.point).unlink(missing_ok=True)
        to.send(("after", _settled(store)))
        to.send(("states", _states(store)))
    except BaseException:
        to.send(("after", [traceback.format_exc()]))
    to.close()
    os.kill(os.getpid(), signal.SIGKILL)


def _states(store: OpenStore) -> dict[str, str]:
    return {one.name: one.state.value for one in store.services.environments.page(ANNA).items}


def _settled(store: OpenStore) -> list[str]:
    """What is wrong once all builds have ended."""
    end = time.monotonic() + 60

    def ended() -> bool:
        assert time.monotonic() < end, "builds do not end"
        return _all_ended(store)

    store.supervisor.wait_idle(ended)
    return problems(store)


def _all_ended(store: OpenStore) -> bool:
    ended = [state.value for state in ENDED]
    with store.database.read() as session:
        building = session.query(BuildRow).filter(BuildRow.state.not_in(ended)).count()
        return building == 0 and not artifacts.any_queued(session) and not artifacts.making(session)
