"""The queue: its order, its limits, one owner at a time, another try for the network's sake."""

from __future__ import annotations

import http.server
import threading
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from engine.engine_help import serve_files, web_server
from jupyterlab_terrarium.access.principals import Principal
from jupyterlab_terrarium.builds import run
from jupyterlab_terrarium.builds.liveness import Presence
from jupyterlab_terrarium.builds.queue import Waiting, order
from jupyterlab_terrarium.models.build import BuildState
from jupyterlab_terrarium.models.environment import EnvironmentCreate
from jupyterlab_terrarium.models.policy import Policy
from jupyterlab_terrarium.models.problem import Problem, QueueFull
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from jupyterlab_terrarium.store import builds
from support.builds import ANNA, DATA, ended

BEN = Principal("ben", "Ben")


def names(waiting: list[Waiting]) -> str:
    return " ".join(build.id for build in waiting)


def queue(*words: str) -> list[Waiting]:
    """``a1`` is a build of user *a*; ``a1+2`` one of priority 2."""
    found = []
    for word in words:
        identity, _, priority = word.partition("+")
        found.append(Waiting(identity, identity[0], int(priority or 0)))
    return found


def test_one_persons_many_builds_do_not_hold_up_another_persons_one() -> None:
    assert names(order(queue("a1", "a2", "a3", "b1", "c1"), {})) == "a1 b1 c1 a2 a3"


def test_whoever_has_builds_under_way_comes_after_who_has_none() -> None:
    assert names(order(queue("a1", "b1"), {"a": 1})) == "b1 a1"


def test_what_somebody_waits_for_comes_before_rebuilds() -> None:
    assert names(order(queue("a1+2", "a2+2", "b1+1", "a3"), {"a": 5})) == "a3 b1 a1 a2"


def test_who_is_at_the_limit_waits_behind_everybody() -> None:
    assert names(order(queue("a1", "b1+2"), {"a": 2}, per_user=2)) == "b1 a1"


def test_a_thousand_waiting_builds_are_ordered_in_a_moment() -> None:
    many = [Waiting(f"{n}", f"user{n % 40}", n % 3) for n in range(1000)]
    ordered = order(many, {})
    assert {build.id for build in ordered[:40]} <= {build.id for build in many}
    assert [build.priority for build in ordered] == sorted(build.priority for build in many)


def closed_store(tmp_path: Path, channel_url: str, policy: Policy) -> OpenStore:
    """A store that accepts but does not build: what is queued stays queued."""
    options = StoreOptions(root=tmp_path / "store", default_channels=[channel_url], policy=policy)
    return OpenStore(options, builds=False)


def ask(store: OpenStore, who: Principal, name: str) -> str:
    made = store.services.environments.create(
        who, EnvironmentCreate(name=name, specification=DATA.format(pin=""))
    )
    assert made.build is not None
    return made.build.id


def test_everybody_sees_their_place(tmp_path: Path, channel_url: str) -> None:
    store = closed_store(tmp_path, channel_url, Policy())
    first, second = ask(store, ANNA, "one"), ask(store, ANNA, "two")
    third = ask(store, BEN, "one")
    assert store.services.builds.show(ANNA, first).position == 1
    assert store.services.builds.show(BEN, third).position == 2
    assert store.services.builds.show(ANNA, second).position == 3
    assert {build.position for build in store.services.builds.page(ANNA).items} == {1, 3}
    store.services.builds.cancel(ANNA, first)
    assert store.services.builds.show(ANNA, first).position is None
    assert store.services.builds.show(ANNA, second).position == 1
    store.close()


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (Policy(queued_per_user=2), "2 of your builds"),
        (Policy(queued=2), "2 builds are waiting"),
    ],
)
def test_a_full_queue_refuses_in_words_and_stores_nothing(
    tmp_path: Path, channel_url: str, policy: Policy, words: str
) -> None:
    store = closed_store(tmp_path, channel_url, policy)
    ask(store, ANNA, "one")
    ask(store, ANNA, "two")
    with pytest.raises(QueueFull, match=words) as caught:
        ask(store, ANNA, "three")
    assert caught.value.problem().status == 429
    assert [item.name for item in store.services.environments.page(ANNA).items] == ["one", "two"]
    store.close()


def test_what_was_claimed_anew_is_not_published_by_who_had_it_before(
    store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on = threading.Event()
    original = run.BuildRun._work

    def work(self: run.BuildRun, *arguments: Any) -> None:
        assert may_go_on.wait(20)
        original(self, *arguments)

    monkeypatch.setattr(run.BuildRun, "_work", work)
    build_id = ask(store, ANNA, "data")
    versions = store.services.versions
    store.supervisor.wait_idle(
        lambda: versions.show(ANNA, "anna", "data", "1").lock_digest is not None
    )
    [going] = store.supervisor._runs.values()
    other = Presence(store.layout)
    with store.database.write() as session:
        record = builds.get(session, build_id)
        assert record is not None
        builds.release(session, record.build)
        assert builds.claim(session, build_id, other.name) == 2
    may_go_on.set()
    going.join(30)
    shown = store.services.environments.show(ANNA, "anna", "data")
    assert shown.current is None, "published by somebody without the lease"
    assert shown.build is not None and shown.build.state is BuildState.QUEUED
    # The one with the lease dies; this store's own supervisor takes the build and ends it.
    other.leave()
    assert ended(store, build_id).state is BuildState.READY


class Flaky:
    """A channel that breaks the connection some times before it answers."""

    def __init__(self, channel_url: str, failures: int) -> None:
        self._answer = serve_files(Path(unquote(urlsplit(channel_url).path)))
        self.left = failures

    def __call__(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        if "repodata" in handler.path and self.left > 0:
            self.left -= 1
            handler.close_connection = True
            handler.connection.close()
            return
        self._answer(handler)


def build_from(store: OpenStore, url: str) -> str:
    text = f"channels: [{url}]\n" + DATA.format(pin="")
    made = store.services.environments.create(ANNA, EnvironmentCreate(specification=text))
    assert made.build is not None
    return made.build.id


def test_a_channel_that_comes_back_costs_a_moment(
    store: OpenStore, channel_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "RETRY_SECONDS", (0.2, 0.2))
    flaky = Flaky(channel_url, 10**9)
    tries = []
    original = run.BuildRun._try_again

    def again(self: run.BuildRun, problem: Problem) -> bool:
        tries.append(problem)
        flaky.left = 0
        return original(self, problem)

    monkeypatch.setattr(run.BuildRun, "_try_again", again)
    with web_server(flaky) as web:
        build = ended(store, build_from(store, web.url))
    assert build.state is BuildState.READY, build.problem
    assert len(tries) == build.retries == 1
    log = store.services.builds.log(ANNA, build.id, 0)
    assert any("next try" in getattr(event, "line", "") for event in log.events)


def test_a_channel_that_stays_away_fails_the_build_after_some_tries(
    store: OpenStore, channel_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "RETRY_SECONDS", (0.1, 0.1))
    with web_server(Flaky(channel_url, 10**9)) as web:
        build = ended(store, build_from(store, web.url))
    assert build.state is BuildState.FAILED
    assert build.problem is not None and build.problem.code == "channel-unreachable"
    assert build.retries == 2


def test_what_is_no_fault_of_the_network_is_not_tried_again(store: OpenStore) -> None:
    made = store.services.environments.create(
        ANNA, EnvironmentCreate(name="typo", specification="dependencies: [terrarium-dat]")
    )
    assert made.build is not None
    build = ended(store, made.build.id)
    assert build.state is BuildState.FAILED
    assert build.retries == 0
