"""Plans and builds that keep what works, or refresh: real solves, real builds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyterlab_terrarium.models.environment import EnvironmentUpdate, Version, VersionCreate
from jupyterlab_terrarium.models.lock import CondaPackage, PlatformLock
from jupyterlab_terrarium.models.plan import Mode, Plan, PlanRequest
from jupyterlab_terrarium.models.problem import Conflict, NotFound
from jupyterlab_terrarium.services.comparison import compare
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from jupyterlab_terrarium.store.tables import LockRow
from support.builds import ANNA, create, ended

#: terrarium-data 2.0 came later.
OLD = "name: data\nas-of: 2024-06-01\ndependencies:\n  - terrarium-data\n"
#: The same, and one package more.
MORE = "name: data\ndependencies:\n  - terrarium-data\n  - terrarium-big\n"


@pytest.fixture
def store(tmp_path: Path, channel_url: str) -> Iterator[OpenStore]:
    """A store that has never built anything."""
    opened = OpenStore(StoreOptions(root=tmp_path / "store", default_channels=[channel_url]))
    yield opened
    opened.close()


@pytest.fixture
def data(store: OpenStore) -> OpenStore:
    """A store with an environment ``data`` that is ready with terrarium-data 1.0."""
    assert create(store, OLD).problem is None
    return store


def plan(store: OpenStore, text: str, mode: Mode | None = None) -> Plan:
    request = PlanRequest(specification=text, environment="data", mode=mode)
    return store.services.plans.make(ANNA, request)


def changes(plan: Plan) -> dict[str, str]:
    return {one.name: one.change for one in plan.platforms[0].changes}


def build(store: OpenStore, text: str, **more: object) -> Version:
    request = VersionCreate.model_validate({"specification": text, **more})
    made = store.services.versions.create(ANNA, "anna", "data", request)
    assert made.build is not None
    ended(store, made.build.id)
    return store.services.versions.show(ANNA, "anna", "data", str(made.number))


def data_version(store: OpenStore, version: Version) -> str:
    lock = store.services.versions.lock(ANNA, "anna", "data", str(version.number))
    return next(one.version for one in lock.platforms[0].conda if one.name == "terrarium-data")


def test_a_plan_for_an_edit_moves_only_what_must_move(data: OpenStore) -> None:
    kept = plan(data, MORE)
    assert (kept.mode, kept.base_version) == ("keep", 1)
    assert changes(kept) == {"terrarium-data": "kept", "terrarium-big": "added"}
    part = kept.platforms[0]
    assert (part.added, part.changed, part.removed, part.kept) == (1, 0, 0, 1)
    fresh = plan(data, MORE, "refresh")
    assert fresh.mode == "refresh"
    assert changes(fresh) == {"terrarium-data": "up", "terrarium-big": "added"}


def test_a_build_without_a_plan_is_solved_as_the_plan_would_be(data: OpenStore) -> None:
    kept = build(data, MORE)
    assert (kept.mode, kept.base_version, data_version(data, kept)) == ("keep", 1, "1.0")
    fresh = build(data, MORE, mode="refresh")
    assert (fresh.mode, fresh.base_version, data_version(data, fresh)) == ("refresh", 2, "2.0")


def test_a_build_has_the_mode_of_the_plan_that_it_names(data: OpenStore) -> None:
    shown = plan(data, MORE, "refresh")
    with pytest.raises(Conflict, match="made to refresh"):
        build(data, MORE, plan=shown.id, mode="keep")
    version = build(data, MORE, plan=shown.id)
    assert (version.mode, data_version(data, version)) == ("refresh", "2.0")


def test_the_base_is_the_version_that_is_current(data: OpenStore) -> None:
    build(data, MORE, mode="refresh")
    assert changes(plan(data, MORE)) == {"terrarium-data": "kept", "terrarium-big": "kept"}
    data.services.environments.update(ANNA, "anna", "data", EnvironmentUpdate(current=1))
    again = plan(data, MORE)
    assert again.base_version == 1
    assert changes(again) == {"terrarium-data": "kept", "terrarium-big": "added"}
    data.services.environments.update(ANNA, "anna", "data", EnvironmentUpdate(current=2))
    with pytest.raises(Conflict, match="keeps version 1, but version 2 is the current one"):
        build(data, MORE, plan=again.id)


def test_a_base_that_cannot_be_read_stops_nothing(data: OpenStore) -> None:
    with data.context.database.write() as session:
        for row in session.query(LockRow):
            row.content = {"platforms": "of another program"}
    fresh = plan(data, MORE)
    assert changes(fresh) == {"terrarium-data": "added", "terrarium-big": "added"}


def test_a_first_version_has_nothing_to_keep(data: OpenStore) -> None:
    first = data.services.versions.show(ANNA, "anna", "data", "1")
    assert (first.mode, first.base_version) == ("refresh", None)
    request = PlanRequest(specification=MORE, mode="keep")
    assert data.services.plans.make(ANNA, request).mode == "refresh"


def test_the_time_expected_is_learned_from_this_store(store: OpenStore) -> None:
    request = PlanRequest(specification="name: x\ndependencies: [terrarium-conflict-a]\n")
    before = store.services.plans.make(ANNA, request)
    assert before.expected_seconds is None
    assert before.platforms[0].disk >= before.platforms[0].download > 0
    # Large enough for its download to be measured.
    assert create(store, MORE).problem is None
    after = store.services.plans.make(ANNA, request)
    assert after.expected_seconds is not None and 0 < after.expected_seconds < 60
    ready = store.services.plans.make(ANNA, PlanRequest(specification=MORE))
    assert ready.ready and ready.expected_seconds == 0
    assert ready.platforms[0].disk == ready.platforms[0].download == 0


def package(version: str, channel: str, build: str = "0") -> CondaPackage:
    return CondaPackage(
        name="a",
        version=version,
        build=build,
        subdir="noarch",
        url=f"{channel}/noarch/a-{version}-{build}.conda",
        channel=channel,
        sha256=f"{hash((version, channel, build)) & 0xFFFF:064x}",
        size=100,
    )


@pytest.mark.parametrize(
    ("after", "change"),
    [
        (package("1.0", "https://one"), "kept"),
        (package("1.0", "https://two"), "channel"),
        (package("1.0", "https://one", "1"), "rebuilt"),
        (package("1.1", "https://two"), "up"),
        (package("0.9", "https://one"), "down"),
    ],
)
def test_each_way_to_change_has_its_word(after: CondaPackage, change: str) -> None:
    base = PlatformLock(platform="linux-64", conda=[package("1.0", "https://one")])
    found = compare(base, PlatformLock(platform="linux-64", conda=[after]), set(), 3.0)
    [item] = found.changes
    assert item.change == change
    assert (item.channel_before, item.channel) == ("https://one", after.channel)
    assert (found.download, found.disk) == (100, 300)
    cached = compare(base, PlatformLock(platform="linux-64", conda=[after]), {after.sha256}, 3.0)
    assert (cached.download, cached.disk) == (0, 0)


def test_a_plan_keeps_what_is_current_now_not_what_the_plan_before_kept(data: OpenStore) -> None:
    before = plan(data, MORE)
    assert changes(before) == {"terrarium-data": "kept", "terrarium-big": "added"}
    newer = build(data, MORE, mode="refresh")
    assert data_version(data, newer) == "2.0"
    after = plan(data, MORE)
    assert (after.base_version, set(changes(after).values())) == (newer.number, {"kept"})
    assert after.lock_digest != before.lock_digest


def test_a_plan_of_what_is_gone_is_not_found_though_its_solve_had_begun(data: OpenStore) -> None:
    plan(data, MORE)
    data.services.environments.delete(ANNA, "anna", "data")
    with pytest.raises(NotFound):
        plan(data, MORE)


def test_a_plan_after_a_plan_to_refresh_keeps_again(data: OpenStore) -> None:
    for _ in range(2):
        assert changes(plan(data, MORE, "refresh"))["terrarium-data"] == "up"
        assert changes(plan(data, MORE))["terrarium-data"] == "kept"
