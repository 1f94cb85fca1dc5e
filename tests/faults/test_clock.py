"""The clock goes back or forward by a year: builds, takings over and events take no notice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from faults.operations import Operation, Scene
from faults.server import Fault, run
from faults.stages import Stages
from faults.tiny import specification
from jupyterlab_terrarium.models.build import BuildState
from jupyterlab_terrarium.models.environment import EnvironmentCreate
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from jupyterlab_terrarium.store import builds
from jupyterlab_terrarium.store.tables import now
from support.builds import ANNA

YEAR = 365.0


def at(scene: Scene, days: float) -> Scene:
    """*scene* as seen by a process whose clock is *days* ahead."""
    return replace(scene, days=days)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("days", [-YEAR, YEAR], ids=["back", "forward"])
def test_a_store_goes_on_when_the_clock_jumps(stages: Stages, days: float) -> None:
    def check(scene: Scene, days: float) -> list[str]:
        wanted = [
            Operation("create", "new", 3),
            Operation("update", "one", 3),
            Operation("rename", "new", other="newer"),
            Operation("clean"),
        ]
        jumped = run(at(scene, days), wanted)
        back = run(scene, [Operation("create", "last", 1), Operation("delete", "newer")])
        builds = [one.build for one in (*jumped.answers, *back.answers) if one.build is not None]
        found = [*jumped.before, *jumped.after, *back.before, *back.after]
        found += [one.problem or one.raised for one in (*jumped.answers, *back.answers)]
        found += [str(one) for one in builds if one.state is not BuildState.READY]
        if len(builds) != 3 or back.states != {"last": "ready", "one": "ready"}:
            found.append(f"there is {back.states}")
        return [one for one in found if one]

    assert stages.each(check, [days]) == []


@pytest.mark.timeout(120)
@pytest.mark.parametrize("days", [-YEAR, YEAR], ids=["back", "forward"])
def test_a_build_is_taken_over_whatever_the_clock_says(stages: Stages, days: float) -> None:
    def check(scene: Scene, days: float) -> list[str]:
        killed = run(scene, [Operation("create", "new", 3)], Fault("link.linked", "kill-both"))
        assert killed.states is None
        again = run(at(scene, days))
        if again.states != {"new": "ready", "one": "ready"}:
            again.after.append(f"there is {again.states}")
        return [*again.before, *again.after]

    assert stages.each(check, [days]) == []


def test_a_clock_set_back_lets_nothing_overtake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = OpenStore(StoreOptions(root=tmp_path / "store"), builds=False)
    made = []
    for name, days in (("first", 0.0), ("second", -YEAR), ("third", -2 * YEAR)):
        monkeypatch.setattr(builds, "now", lambda days=days: now() + timedelta(days=days))
        request = EnvironmentCreate(name=name, specification=specification(1))
        build = store.services.environments.create(ANNA, request).build
        assert build is not None
        made.append(build.id)
    with store.database.read() as session:
        assert [identity for identity, _, _ in builds.waiting(session)] == made
    assert [store.services.builds.show(ANNA, one).position for one in made] == [1, 2, 3]
    store.close()
