"""The time that a build will still take: said of those that run and wait, learned from history."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from jupyterlab_terrarium.builds import history as build_history
from jupyterlab_terrarium.builds import run
from jupyterlab_terrarium.cli.progress import describe
from jupyterlab_terrarium.models.build import BuildState
from jupyterlab_terrarium.models.environment import EnvironmentCreate
from jupyterlab_terrarium.models.plan import PlanRequest
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from jupyterlab_terrarium.store.tables import BuildRow
from support.builds import ANNA, KERNEL, create, ended


def slower(store: OpenStore, factor: float) -> None:
    """Let every build of the past have taken *factor* times as long."""
    with store.database.write() as session:
        for row in session.scalars(select(BuildRow)):
            row.phases = [{**phase, "seconds": phase["seconds"] * factor} for phase in row.phases]


def queued(store: OpenStore, name: str, text: str = KERNEL) -> str:
    made = store.services.environments.create(
        ANNA, EnvironmentCreate(name=name, specification=text)
    )
    assert made.build is not None
    return made.build.id


def left(store: OpenStore, build_id: str) -> float | None:
    return store.services.builds.show(ANNA, build_id).progress.seconds_left


def locked(store: OpenStore, name: str, text: str) -> str:
    """A queued build whose lock is known: of the plan that anna saw."""
    plan = store.services.plans.make(ANNA, PlanRequest(specification=text))
    made = store.services.environments.create(
        ANNA, EnvironmentCreate(name=name, specification=text, plan=plan.id)
    )
    assert made.build is not None
    return made.build.id


@pytest.fixture
def history(store: OpenStore) -> Path:
    """The root of a store that has built a few environments; closed again."""
    for number, extra in enumerate(("", "  - numpy\n", "  - pip\n")):
        assert create(store, KERNEL + extra, name=f"past{number}").state is BuildState.READY
    return store.layout.root


def reopened(root: Path, channel_url: str, *, pool_size: int = 1) -> OpenStore:
    """The store again, taking no builds: what is queued there stays queued."""
    options = StoreOptions(root=root, default_channels=[channel_url], pool_size=pool_size)
    return OpenStore(options, builds=False)


def test_a_store_without_a_past_says_nothing(tmp_path: Path, channel_url: str) -> None:
    store = reopened(tmp_path / "store", channel_url)
    assert left(store, queued(store, "first")) is None
    assert "ready in" not in describe(store.services.builds.page(ANNA).items[0])
    store.close()


def test_a_store_whose_past_is_slow_says_a_longer_time(
    history: Path, store: OpenStore, channel_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_history, "_GOOD_FOR", 0.0)
    store.close()
    closed = reopened(history, channel_url)
    build_id = locked(closed, "next", KERNEL + "  - numpy\n  - pip\n")
    usual = left(closed, build_id)
    slower(closed, 10)
    slow = left(closed, build_id)
    assert usual is not None and slow is not None
    assert slow == pytest.approx(10 * usual, rel=0.05)
    closed.close()


def test_those_who_wait_are_told_of_those_before_and_of_the_places(
    history: Path, store: OpenStore, channel_url: str
) -> None:
    store.close()
    closed = reopened(history, channel_url)
    ids = [queued(closed, f"wait{number}") for number in range(4)]
    alone = [left(closed, build_id) for build_id in ids]
    closed.close()
    closed = reopened(history, channel_url, pool_size=2)
    two = [left(closed, build_id) for build_id in ids]
    closed.close()
    assert alone[0] is not None
    assert alone == pytest.approx([alone[0] * count for count in (1, 2, 3, 4)])
    assert two == pytest.approx([alone[0] * count for count in (1, 1, 2, 2)])


def test_what_is_said_at_the_start_is_about_what_it_takes(
    history: Path, store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[float | None] = []
    original = run.BuildRun._work

    def work(self: run.BuildRun, *arguments: Any) -> None:
        said.append(left(store, self._build_id))
        original(self, *arguments)

    monkeypatch.setattr(run.BuildRun, "_work", work)
    build = create(store, KERNEL + "  - numpy\n  - pip\n", name="real")
    assert build.state is BuildState.READY, build.problem
    spent = sum(
        phase.seconds or 0.0 for phase in build.phases if phase.phase is not BuildState.SOLVING
    )
    [seconds] = said
    assert seconds is not None
    # The machine may be busy with other things, now or before.
    assert spent / 10 < seconds < spent * 10 + 1


def test_the_stream_of_events_says_it_while_a_build_goes_on(
    history: Path, store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = store.services.status.show(ANNA).last_event
    reached, go_on = threading.Event(), threading.Event()
    original = run.BuildRun._follow

    def follow(self: run.BuildRun, event: Any) -> None:
        original(self, event)
        if getattr(event, "phase", None) is BuildState.LINKING:
            reached.set()
            assert go_on.wait(30)

    monkeypatch.setattr(run.BuildRun, "_follow", follow)
    build = queued(store, "told", KERNEL + "  - numpy\n  - pip\n")
    assert reached.wait(60)
    page = store.services.events.after(ANNA, start)
    told = [
        event.data["progress"]
        for event in page.events
        if event.build == build and event.data.get("state") == "linking"
    ]
    assert isinstance(told[0], dict) and told[0]["seconds_left"] > 0
    shown = store.services.builds.show(ANNA, build)
    assert shown.progress.seconds_left is not None
    assert " left" in describe(shown)
    go_on.set()
    assert ended(store, build).progress.seconds_left is None
