"""While a plan is on a screen its package files are fetched, politely, and dropped if unused."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from builds.ahead_help import Channel, files_of, here, lock_of, when, working
from engine.engine_help import web_server
from install.install_help import make_lock
from jupyterlab_terrarium.access.principals import Principal
from jupyterlab_terrarium.builds import fetch_ahead
from jupyterlab_terrarium.builds.fetch_ahead import FetchAhead
from jupyterlab_terrarium.models.build import BuildState
from jupyterlab_terrarium.models.environment import EnvironmentCreate
from jupyterlab_terrarium.models.plan import PlanRequest
from jupyterlab_terrarium.models.policy import Policy, Retention
from jupyterlab_terrarium.models.problem import NotFound
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from support.builds import ANNA, DATA, create, ended
from support.leftovers import processes_of
from support.servers import JupyterProcess


@pytest.fixture
def channel(tmp_path: Path, channel_url: str) -> Iterator[Channel]:
    """The channel of real packages."""
    found = Channel(Path(unquote(urlsplit(channel_url).path)))
    found.open.set()
    with web_server(found.answer) as web:
        found.web = web
        yield found
        found.open.set()


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Channel]:
    """A channel of small packages that were never solved."""
    found = Channel(tmp_path / "tiny")
    found.open.set()
    with web_server(found.answer) as web:
        found.web = web
        yield found
        found.open.set()


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., OpenStore]]:
    """Opens the store of the test with a policy and a channel."""
    stores = []

    def start(url: str = "", **policy: object) -> OpenStore:
        options = StoreOptions(
            root=tmp_path / "store",
            default_channels=[url] if url else [],
            policy=Policy.model_validate({"disk_reserve": 0, **policy}),
        )
        stores.append(OpenStore(options))
        return stores[-1]

    yield start
    for store in stores:
        store.close()


def test_a_build_of_a_plan_that_was_looked_at_downloads_nothing(
    channel: Channel, opened: Callable[..., OpenStore]
) -> None:
    store = opened(channel.web.url)
    text = "dependencies: [terrarium-data, terrarium-big]"
    plan = store.services.plans.make(ANNA, PlanRequest(specification=text))
    channel.fetched.clear()
    store.services.plans.shown(ANNA, plan.id)
    when(store, lambda: len(here(store)) == 2)
    assert len(channel.fetched) == 2
    made = store.services.environments.create(
        ANNA, EnvironmentCreate(name="data", specification=text, plan=plan.id)
    )
    assert made.build is not None
    assert ended(store, made.build.id).state is BuildState.READY
    assert len(channel.fetched) == 2
    # Once it is built it is like any other: nothing drops it, and it is kept for years.
    assert list(store.layout.ahead.iterdir()) == []
    assert all(store.layout.blob(sha256).exists() for sha256 in here(store))


def test_only_who_made_a_plan_says_that_it_is_looked_at(
    channel: Channel, opened: Callable[..., OpenStore]
) -> None:
    store = opened(channel.web.url)
    plan = store.services.plans.make(ANNA, PlanRequest(specification=DATA.format(pin="")))
    for call in (store.services.plans.shown, store.services.plans.hidden):
        with pytest.raises(NotFound):
            call(Principal("eve"), plan.id)
    assert store.supervisor.ahead.idle


def test_files_come_one_at_a_time_wheels_too(
    tiny: Channel, opened: Callable[..., OpenStore]
) -> None:
    store = opened()
    lock = lock_of(tiny, "one", "two", "three", wheel=True)
    tiny.open.clear()
    store.supervisor.ahead.show("plan", lambda: lock)
    assert tiny.held.wait(30)
    assert len(tiny.fetched) == 1
    tiny.open.set()
    when(store, lambda: not working(store))
    assert here(store) == files_of(lock)
    assert len(tiny.fetched) == 4


@pytest.mark.parametrize("how", ["left", "forgotten"])
def test_it_ends_at_once_when_nobody_looks_and_leaves_nothing_half(
    tiny: Channel,
    opened: Callable[..., OpenStore],
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    monkeypatch.setattr(fetch_ahead, "LEASE_SECONDS", 60.0 if how == "left" else 1.0)
    store = opened()
    lock = lock_of(tiny, "one", "two")
    tiny.open.clear()
    while not tiny.held.wait(0.1):
        store.supervisor.ahead.show("plan", lambda: lock)
    if how == "left":
        store.supervisor.ahead.hide("plan")
    when(store, lambda: store.supervisor.ahead.idle)
    layout = store.layout
    assert here(store) == set()
    assert [one for one in layout.workers.iterdir() if one.is_dir()] == []


def test_builds_go_first_and_it_goes_on_when_they_have_ended(
    channel: Channel, opened: Callable[..., OpenStore]
) -> None:
    store = opened(channel.web.url)
    text = "dependencies: [terrarium-big]"
    plan = store.services.plans.make(ANNA, PlanRequest(specification=text))
    channel.fetched.clear()
    channel.held.clear()
    channel.slow = "terrarium-big"
    channel.open.clear()
    store.services.plans.shown(ANNA, plan.id)
    assert channel.held.wait(30)
    seen = []
    original = FetchAhead.step

    def step(self: FetchAhead, *, may_work: bool) -> None:
        original(self, may_work=may_work)
        seen.append((may_work, working(store)))

    store.supervisor.ahead.step = step.__get__(store.supervisor.ahead)  # the loop asks it
    assert create(store, DATA.format(pin="")).state is BuildState.READY
    assert (False, False) in seen
    assert (False, True) not in seen
    store.services.plans.shown(ANNA, plan.id)
    channel.open.set()
    when(store, lambda: len(here(store)) == 2)
    assert len([name for name in channel.fetched if "big" in name]) == 2


def test_no_more_is_fetched_than_may_lie_here_unused(
    tiny: Channel, opened: Callable[..., OpenStore]
) -> None:
    small, large = lock_of(tiny, "small"), lock_of(tiny, "large", size=100_000)
    both = make_lock([*large.platforms[0].conda, *small.platforms[0].conda])
    store = opened(fetch_ahead_bytes=50_000)
    store.supervisor.ahead.show("plan", lambda: both)
    when(store, lambda: here(store) == files_of(small) and not working(store))
    # What lies here already counts, for other plans as well.
    more = lock_of(tiny, "more", size=49_500)
    store.supervisor.ahead.show("other", lambda: more)
    when(store, lambda: store.supervisor.ahead._leases["other"].fetched)
    assert tiny.fetched == [small.platforms[0].conda[0].file_name]


@pytest.mark.parametrize("policy", [{"fetch_ahead_bytes": 0}, {"disk_reserve": 1 << 60}])
def test_nothing_is_fetched_when_that_is_off_or_the_disk_is_low(
    tiny: Channel, opened: Callable[..., OpenStore], policy: dict[str, int]
) -> None:
    store = opened(**policy)
    lock = lock_of(tiny, "one")
    store.supervisor.ahead.show("plan", lambda: lock)
    leases = store.supervisor.ahead._leases
    when(store, lambda: all(one.fetched for one in leases.values()))
    assert tiny.fetched == []
    assert list(store.layout.ahead.iterdir()) == []


def test_a_channel_that_fails_is_not_asked_again_and_again(
    tiny: Channel, opened: Callable[..., OpenStore]
) -> None:
    store = opened()
    lock = lock_of(tiny, "one")
    (tiny.directory / "noarch" / lock.platforms[0].conda[0].file_name).unlink()
    store.supervisor.ahead.show("plan", lambda: lock)
    when(store, lambda: store.supervisor.ahead._leases["plan"].fetched)
    store.supervisor.ahead.show("plan", lambda: lock)
    store.supervisor.ahead.step(may_work=True)
    assert not working(store)
    assert len(tiny.fetched) == 1


def test_what_nobody_built_is_dropped_and_what_was_built_stays(
    channel: Channel, opened: Callable[..., OpenStore]
) -> None:
    store = opened(channel.web.url, retention=Retention(ahead_hours=0, cache_days=1000))
    ahead = store.supervisor.ahead
    text = "dependencies: [terrarium-data, terrarium-big]"
    plan = store.services.plans.make(ANNA, PlanRequest(specification=text))
    store.services.plans.shown(ANNA, plan.id)
    when(store, lambda: len(here(store)) == 2 and not working(store))
    assert ahead.drop_unused() == 0, "somebody still looks at it"
    store.services.plans.hidden(ANNA, plan.id)
    assert create(store, DATA.format(pin="")).state is BuildState.READY
    assert [item.shown for item in store.services.cleanup.report(ANNA).items] == [
        f"ahead/{name.name}" for name in store.layout.ahead.iterdir()
    ]
    assert ahead.drop_unused() == 1
    [left] = here(store)
    kept = [one.name for one in store.layout.blobs.glob("sha256/*/*")]
    assert kept == [left]
    verified = store.services.verification.verify(ANNA, "anna", "data", "current", repair=False)
    assert verified.differences == 0


def test_clean_up_drops_it_too(tiny: Channel, opened: Callable[..., OpenStore]) -> None:
    store = opened(retention=Retention(ahead_hours=0, cache_days=0))
    lock = lock_of(tiny, "one", wheel=True)
    store.supervisor.ahead.show("plan", lambda: lock)
    when(store, lambda: here(store) == files_of(lock) and not working(store))
    report = store.services.cleanup.report(ANNA)
    assert [item.kind for item in report.items] == ["package", "package"]
    assert sum(item.size for item in report.items) > 0
    assert store.services.cleanup.apply(ANNA, report.id).skipped == []
    assert here(store) == set()
    assert list(store.layout.ahead.iterdir()) == []


def test_nothing_is_dropped_while_a_build_runs(
    tiny: Channel, opened: Callable[..., OpenStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(retention=Retention(ahead_hours=0))
    lock = lock_of(tiny, "one")
    store.supervisor.ahead.show("plan", lambda: lock)
    when(store, lambda: here(store) == files_of(lock) and not working(store))
    store.supervisor.ahead.hide("plan")
    monkeypatch.setattr(fetch_ahead.builds, "counts", lambda session: (1, 0))
    assert store.supervisor.ahead.drop_unused() == 0
    assert here(store) == files_of(lock)


def test_a_killed_server_leaves_no_process_and_no_half_file(
    tmp_path: Path, channel: Channel
) -> None:
    root = tmp_path / "store"
    server = JupyterProcess(tmp_path / "home", root, channel.web.url)
    server.start()
    plan = server.client.post("plans", {"specification": DATA.format(pin="")}).json
    channel.held.clear()
    channel.open.clear()
    assert server.client.request("PUT", f"plans/{plan['id']}/shown").status == 204
    assert channel.held.wait(30)
    server.kill()
    end = time.monotonic() + 5
    while (left := processes_of(tmp_path)) and time.monotonic() < end:
        time.sleep(0.02)
    assert left == []
    assert list((root / "packages").iterdir()) == []
    server.start()
    try:
        assert [one for one in (root / "workers").iterdir() if one.is_dir()] == []
        assert server.client.request("DELETE", f"plans/{plan['id']}/shown").status == 204
    finally:
        server.stop()
