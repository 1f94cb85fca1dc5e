"""At each fault point: a process is killed or a disk fails, and the store recovers."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from faults.operations import Operation, Scene
from faults.server import Fault, Told, fired, run
from faults.stages import Stages, needs_python
from jupyterlab_terrarium import faults
from jupyterlab_terrarium.config import TerrariumSettings

CREATE = Operation("create", "new", 3)
#: What leads to each point from a store after ``stages.BEFORE``. All others: :data:`CREATE`.
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
    "artifact.asked": Operation("export", "one"),
    "artifact.claimed": Operation("export", "one"),
    "artifact.made": Operation("export", "one"),
    "artifact.kept": Operation("export", "one"),
    "artifact.ended": Operation("export", "one"),
    "artifact.recorded": Operation("export", "one"),
    "artifact.forgotten": Operation("forget", "one"),
    "artifact.discarded": Operation("forget", "one"),
    "scratch.made": Operation("try", "one"),
    "scratch.placed": Operation("try", "one"),
    "scratch.registered": Operation("try", "one"),
    "scratch.forgotten": Operation("throw", "one"),
}
WITH_PYTHON = [point for point in faults.POINTS if needs_python(point)]


def faults_at(point: str) -> list[Fault]:
    """Everything that may happen there."""
    error: faults.Action = "no-space" if len(point) % 2 else "io-error"
    if point in faults.WORKER_POINTS:
        kills: list[faults.Action] = ["kill-worker", "kill-server", "kill-both"]
        return [Fault(point, action) for action in [*kills, error]]
    actions: list[faults.Action] = ["kill-server", error]
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
    running = _without_new_start(_known(told.after, operation), fault)
    found += [f"without a new start: {one}" for one in running]
    again = run(scene, [operation])
    found += [f"after the start: {one}" for one in _known(again.before, operation)]
    found += [f"when asked again: {one}" for one in again.after]
    found += _unexplained(told, again)
    if operation.name == "new" and (again.states or {}).get("new") not in ("ready", "failed"):
        found.append(f"what was accepted is lost: {again.states}")
    return found


def _known(found: Sequence[str], operation: Operation) -> list[str]:
    """Without the damage that the interrupted repair was to mend."""
    return [one for one in found if not (operation.kind == "repair" and "differs" in one)]


def _without_new_start(found: Sequence[str], fault: Fault) -> list[str]:
    """A version is ready also when the user's own directory refuses its kernelspec.

    The log says so, and the next start writes it.
    """
    refused = fault.point.startswith("kernelspec.") and not fault.action.startswith("kill")
    return [one for one in found if not (refused and one.startswith("kernelspecs are"))]


def _unexplained(*told: Told) -> list[str]:
    answers = itertools.chain.from_iterable(one.answers for one in told)
    return [f"no words for it: {one.raised}" for one in answers if one.raised]


@pytest.mark.timeout(240)
@pytest.mark.parametrize("point", [one for one in faults.POINTS if one not in WITH_PYTHON])
def test_the_store_recovers_from_a_fault_at(point: str, stages: Stages) -> None:
    break_at(point, stages, REACHED_BY.get(point, CREATE))


@pytest.mark.timeout(240)
@pytest.mark.parametrize("point", WITH_PYTHON)
def test_a_store_with_python_recovers_from_a_fault_at(point: str, snakes: Stages) -> None:
    break_at(point, snakes, REACHED_BY.get(point, Operation("create", "new", 2)))


def break_at(point: str, stages: Stages, operation: Operation) -> None:
    """Everything that may happen at *point*, on the way of *operation*."""

    def check(scene: Scene, fault: Fault) -> list[str]:
        return [f"{fault}: {one}" for one in recover(scene, operation, fault)]

    found = stages.each(check, faults_at(point))
    assert found == [], "\n".join(found)


def test_every_point_in_the_code_is_a_named_one() -> None:
    """That each named one is reached, the tests above say."""
    sources = Path(faults.__file__).parent.rglob("*.py")
    called = re.compile(r'fault_point\("(.+?)"\)')
    calls = {name for one in sources for name in called.findall(one.read_text())}
    assert sorted(calls) == sorted(faults.POINTS)


def test_only_a_variable_of_that_very_name_switches_them_on(tmp_path: Path) -> None:
    (tmp_path / "link.aside").write_text("no-space 0")
    code = "from jupyterlab_terrarium.faults import fault_point; fault_point('link.aside')"

    def status(**variables: str) -> int:
        plain = {name: value for name, value in os.environ.items() if name != faults.VARIABLE}
        command = [sys.executable, "-c", code]
        done = subprocess.run(
            command, env=plain | variables, cwd=tmp_path, stderr=subprocess.DEVNULL
        )
        return done.returncode

    assert status() == 0
    assert status(TERRARIUM_FAULT_POINTS="") == 0
    assert (tmp_path / "link.aside").exists()
    (tmp_path / "reached").mkdir()
    assert status(TERRARIUM_FAULT_POINTS=str(tmp_path)) == 1
    settings = TerrariumSettings.class_trait_names()
    assert [name for name in settings if "fault" in name.replace("default", "")] == []
