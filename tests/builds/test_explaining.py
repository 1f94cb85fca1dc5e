"""Failures explain themselves: in plans, and in builds that were killed, starved or betrayed."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_terrarium.builds import run
from jupyterlab_terrarium.builds.solver_client import SolverClient
from jupyterlab_terrarium.builds.worker_death import explain_death, oom_kills
from jupyterlab_terrarium.models.build import Build, BuildState, PhaseEvent, WorkerEvent
from jupyterlab_terrarium.models.environment import EnvironmentCreate
from jupyterlab_terrarium.models.explanation import Explanation
from jupyterlab_terrarium.models.lock import Lock
from jupyterlab_terrarium.models.plan import PlanRequest
from jupyterlab_terrarium.models.problem import NotFound, SolverUnavailable
from jupyterlab_terrarium.services.opening import OpenStore
from support.builds import ANNA, BIG, create, ended, next_version

CONFLICT = """name: conflict
dependencies:
  - python  # any
  - terrarium-data=1
  - terrarium-conflict-b
"""


def _explanation(build: Build) -> Explanation:
    assert build.problem is not None
    assert build.problem.explanation is not None
    return build.problem.explanation


def test_a_plan_that_cannot_be_made_says_which_lines_and_offers_what_works(
    store: OpenStore,
) -> None:
    plan = store.services.plans.make(ANNA, PlanRequest(specification=CONFLICT))
    assert plan.problem is not None and not plan.explained
    explanation = store.services.plans.explanation(ANNA, plan.id)
    assert explanation.cause == "unsatisfiable" and explanation.complete
    assert [line.place.line for line in explanation.lines if line.place] == [4, 5]
    assert plan.problem.raw
    (first, *_) = explanation.relaxations
    assert "# any" in first.specification
    again = store.services.plans.make(ANNA, PlanRequest(specification=first.specification))
    assert again.problem is None and again.lock_digest and again.explained


def test_a_plan_says_what_fails_before_anybody_looks_for_what_helps(
    store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    original = SolverClient.explain

    def explain(self: SolverClient, text: str, *args: Any, **more: Any) -> Explanation:
        asked.append(text)
        return original(self, text, *args, **more)

    monkeypatch.setattr(SolverClient, "explain", explain)
    plans = store.services.plans
    plan = plans.make(ANNA, PlanRequest(specification=CONFLICT))
    assert plan.problem is not None and plan.problem.detail and not asked
    found = plans.explanation(ANNA, plan.id)
    shown = plans.show(ANNA, plan.id)
    assert shown.explained and shown.problem is not None and shown.problem.explanation == found
    assert plans.explanation(ANNA, plan.id) == found
    assert asked == [CONFLICT]


def test_a_plan_that_fails_only_by_its_date_offers_a_later_one(store: OpenStore) -> None:
    text = "as-of: 2024-06-01\ndependencies:\n  - terrarium-data=2\n"
    plan = store.services.plans.make(ANNA, PlanRequest(specification=text))
    explanation = store.services.plans.explanation(ANNA, plan.id)
    assert "as-of: 2024-06-01" in [line.text for line in explanation.lines]
    (first, *_) = explanation.relaxations
    assert first.specification != text
    again = store.services.plans.make(ANNA, PlanRequest(specification=first.specification))
    assert again.problem is None


def test_a_plan_without_a_problem_has_nothing_to_explain(store: OpenStore) -> None:
    plan = store.services.plans.make(
        ANNA, PlanRequest(specification="dependencies: [terrarium-data]")
    )
    with pytest.raises(NotFound):
        store.services.plans.explanation(ANNA, plan.id)


def test_the_explanation_stays_with_the_build_that_failed(store: OpenStore) -> None:
    build = create(store, CONFLICT)
    assert build.state is BuildState.FAILED
    explanation = _explanation(build)
    assert [line.text for line in explanation.lines] == [
        "terrarium-data=1",
        "terrarium-conflict-b",
    ]
    assert explanation.relaxations


def test_what_helps_keeps_what_the_plan_and_the_build_kept(
    store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[list[str]] = []
    original = SolverClient.explain

    def explain(self: SolverClient, *args: Any, locked: Lock | None = None, **more: Any) -> Any:
        parts = [] if locked is None else locked.platforms
        kept.append([f"{one.name} {one.version}" for part in parts for one in part.conda])
        return original(self, *args, locked=locked, **more)

    monkeypatch.setattr(SolverClient, "explain", explain)
    create(store, "name: data\ndependencies: [terrarium-data=1]\n")
    text = "dependencies: [terrarium-data=1, terrarium-conflict-b]\n"
    request = PlanRequest(specification=text, environment="data", mode="keep")
    plan = store.services.plans.make(ANNA, request)
    store.services.plans.explanation(ANNA, plan.id)
    assert next_version(store, "data", text, mode="keep").state is BuildState.FAILED
    assert next_version(store, "data", text, mode="refresh").state is BuildState.FAILED
    [planned, built, refreshed] = kept
    assert planned == built == ["terrarium-data 1.0"]
    assert refreshed == []


def test_a_plan_is_answered_when_there_is_nobody_to_explain(
    store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object, **__: object) -> Explanation:
        raise SolverUnavailable("ended")

    monkeypatch.setattr(SolverClient, "explain", unavailable)
    plan = store.services.plans.make(ANNA, PlanRequest(specification=CONFLICT))
    assert store.services.plans.explanation(ANNA, plan.id).relaxations == []


def test_a_killed_build_is_told_apart_from_a_failed_one(
    store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = run.BuildRun._follow

    def follow(self: run.BuildRun, event: WorkerEvent) -> None:
        original(self, event)
        # As soon as it works: looked at from outside, it may have ended between two looks.
        if isinstance(event, PhaseEvent) and event.phase is BuildState.FETCHING:
            assert self._worker is not None
            os.kill(self._worker._process.pid, signal.SIGKILL)

    monkeypatch.setattr(run.BuildRun, "_follow", follow)
    made = store.services.environments.create(ANNA, EnvironmentCreate(specification=BIG))
    assert made.build is not None
    build = ended(store, made.build.id)
    assert build.problem is not None and build.problem.code == "killed"
    explanation = _explanation(build)
    assert explanation.cause == "killed"
    assert explanation.why and explanation.remedy and "SIGKILL" in explanation.what


@pytest.mark.parametrize(
    ("code", "out_of_memory", "cause"),
    [(-9, True, "out-of-memory"), (-9, False, "killed"), (-15, True, "killed")],
)
def test_the_kernels_count_tells_want_of_memory_from_a_kill(
    code: int, out_of_memory: bool, cause: str
) -> None:
    assert explain_death(code, out_of_memory=out_of_memory).cause == cause


def test_a_crash_is_called_a_crash() -> None:
    assert "SIGSEGV" in explain_death(-11, out_of_memory=False).message
    assert "code 7" in explain_death(7, out_of_memory=False).message


@pytest.mark.parametrize(
    ("own", "file", "text"),
    [
        ("0::/user/lab\n", "user/lab/memory.events", "low 0\noom 4\noom_kill 3\n"),
        ("4:cpu:/x\n9:memory:/x\n", "memory/x/memory.oom_control", "under_oom 0\noom_kill 3\n"),
        ("0::/\n", "memory.events", "oom_kill 3\n"),
    ],
)
def test_kills_for_want_of_memory_are_counted_in_either_version(
    tmp_path: Path, own: str, file: str, text: str
) -> None:
    (tmp_path / "own").write_text(own)
    (tmp_path / "groups" / file).parent.mkdir(parents=True)
    (tmp_path / "groups" / file).write_text(text)
    assert oom_kills(tmp_path / "groups", tmp_path / "own") == 3
    assert oom_kills(tmp_path / "nothing", tmp_path / "own") == 0
