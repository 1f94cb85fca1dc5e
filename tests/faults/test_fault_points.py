"""At each fault point: a process is killed or a disk fails, and the store recovers."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from faults.operations import Operation, Scene
from faults.server import Fault, Told, fired, run
from faults.tiny import tiny_channel
from jupyterlab_terrarium import faults

BEFORE = (
    Operation("create", "one", 1),
    Operation("update", "one", 2),
    Operation("create", "gone", 1, "gone"),
    Operation("delete", "gone"),
)
CREATE = Operation("create", "new", 3)
#: What leads to each point, from a store after :data:`BEFORE`. All others: :data:`CREATE`.
REACHED_BY = {
    "kernelspec.replacing": Operation("rename", "one", other="first"),
    "relocation.linked": Operation("rename", "one", other="first"),
    "relocation.registered": Operation("rename", "one", other="first"),
    "deletion.withdrawn": Operation("delete", "one"),
    "kernelspec.removed": Operation("delete", "one"),
    "restoration.usable": Operation("restore", "gone"),
    "purge.rows": Operation("purge"),
    "cleanup.forgotten": Operation("clean"),
    "cleanup.discarded": Operation("clean"),
    "cleanup.removed": Operation("clean"),
    "trash.emptying": Operation("empty"),
    "repair.made": Operation("repair", "one"),
    "repair.restored": Operation("repair", "one"),
    "repair.records": Operation("repair", "one"),
}


class Stage:
    """A store that is put back to where it was after :data:`BEFORE`, as often as one likes."""

    def __init__(self, home: Path) -> None:
        home.mkdir()
        self.scene = Scene(home / "scene", tiny_channel(home / "channel"))
        self._kept = home / "kept"
        self.scene.home.mkdir()
        told = run(self.scene, BEFORE)
        assert (told.before, told.after) == ([], []), told
        shutil.copytree(self.scene.home, self._kept, symlinks=True)

    def reset(self) -> Scene:
        shutil.rmtree(self.scene.home)
        shutil.copytree(self._kept, self.scene.home, symlinks=True)
        return self.scene


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Stage]]:
    """As many as run at a time."""
    home = tmp_path_factory.mktemp("stages")
    with ThreadPoolExecutor(2) as pool:
        yield list(pool.map(Stage, [home / "left", home / "right"]))


def faults_at(point: str) -> list[Fault]:
    """Everything that may happen there."""
    if point in faults.WORKER_POINTS:
        return [Fault(point, action) for action in faults.ACTIONS if action != "pause"]
    actions: list[faults.Action] = ["kill-server", "no-space"]
    if point == "worker.asked":
        actions += ["kill-worker", "kill-both"]
    return [Fault(point, action) for action in actions]


def recover(scene: Scene, operation: Operation, fault: Fault) -> list[str]:
    """Perform *operation* with *fault*, start the store again, ask again: what is wrong."""
    told = run(scene, [operation], fault)
    killed = told.states is None
    found = [] if fired(scene, fault) else ["the point was not reached"]
    if killed != (fault.action in ("kill-server", "kill-both")):
        found.append(f"the process of the server ended: {told}")
    found += [
        f"without a new start: {one}"
        for one in _without_new_start(_known(told.after, operation), fault)
    ]
    again = run(scene, [operation])
    found += [f"after the start: {one}" for one in _known(again.before, operation)]
    found += [f"when asked again: {one}" for one in again.after]
    found += _unexplained(told, again)
    if operation == CREATE and (again.states or {}).get("new") not in ("ready", "failed"):
        found.append(f"what was accepted is lost: {again.states}")
    return found


def _known(found: Sequence[str], operation: Operation) -> list[str]:
    """Without the damage that the interrupted repair was to mend."""
    return [one for one in found if not (operation.kind == "repair" and "differs" in one)]


def _without_new_start(found: Sequence[str], fault: Fault) -> list[str]:
    """A version is ready also when the user's own directory refuses its kernelspec.

    The log says so, and the next start writes it.
    """
    refused = fault.point.startswith("kernelspec.") and fault.action == "no-space"
    return [one for one in found if not (refused and one.startswith("kernelspecs are"))]


def _unexplained(*told: Told) -> list[str]:
    answers = itertools.chain.from_iterable(one.answers for one in told)
    return [f"no words for it: {one.raised}" for one in answers if one.raised]


@pytest.mark.timeout(240)
@pytest.mark.parametrize("point", faults.POINTS)
def test_the_store_recovers_from_a_fault_at(point: str, stages: list[Stage]) -> None:
    operation = REACHED_BY.get(point, CREATE)
    free = list(stages)

    def check(fault: Fault) -> list[str]:
        stage = free.pop()
        try:
            return [f"{fault}: {one}" for one in recover(stage.reset(), operation, fault)]
        finally:
            free.append(stage)

    with ThreadPoolExecutor(len(stages)) as pool:
        found = list(itertools.chain.from_iterable(pool.map(check, faults_at(point))))
    assert found == [], "\n".join(found)
