"""Rename, move and copy (B2.2): at once, with history and kernels."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import start_new_kernel

from jupyterlab_terrarium.access.principals import Principal
from jupyterlab_terrarium.models.environment import (
    EnvironmentCopy,
    EnvironmentCreate,
    EnvironmentUpdate,
    PointerUpdate,
    VersionUpdate,
)
from jupyterlab_terrarium.models.namespace import MemberUpdate, NamespaceCreate, Role
from jupyterlab_terrarium.models.problem import Conflict, Forbidden, InvalidRequest, NotFound
from jupyterlab_terrarium.services.opening import OpenStore
from jupyterlab_terrarium.services.reconciliation import reconcile_store
from support.builds import ANNA, DATA, KERNEL, create, ended, next_version, two_versions


def rename(store: OpenStore, old: str, new: str) -> None:
    store.services.environments.update(ANNA, "anna", old, EnvironmentUpdate(name=new))


def names(store: OpenStore) -> list[str]:
    page = store.services.environments.page(ANNA)
    return [f"{item.namespace}/{item.name}" for item in page.items]


def links(store: OpenStore) -> dict[str, str]:
    """The stable links, and the prefixes that they lead to."""
    found = store.layout.envs.glob("*/envs/*")
    return {f"{link.parts[-3]}/{link.name}": link.readlink().name for link in found}


def inodes(store: OpenStore) -> set[int]:
    return {file.lstat().st_ino for file in store.layout.prefixes.rglob("*")}


BERTA = Principal("berta")


class Team:
    """A shared namespace `team` of somebody else's, in which anna has a role."""

    def __init__(self, store: OpenStore) -> None:
        self._services = store.services
        self._services.namespaces.create(BERTA, NamespaceCreate(name="team"))

    def give(self, role: Role) -> None:
        """Anna has *role* from now on."""
        self._services.members.put(BERTA, "team", "user", "anna", MemberUpdate(role=role))


@pytest.fixture
def team(store: OpenStore) -> Team:
    """Anna is an editor of it."""
    made = Team(store)
    made.give("editor")
    return made


def test_a_renamed_environment_keeps_history_and_files(store: OpenStore) -> None:
    two_versions(store)
    store.services.versions.update(ANNA, "anna", "data", "1", VersionUpdate(note="first"))
    store.services.pointers.put(ANNA, "anna", "data", "stable", PointerUpdate(version=1))
    before, files, target = links(store), inodes(store), store.services.environments
    identity = target.show(ANNA, "anna", "data").id
    last = store.services.events.after(ANNA, 0).last
    rename(store, "data", "climate")
    shown = target.show(ANNA, "anna", "climate")
    assert (shown.id, shown.latest, shown.current) == (identity, 2, 2)
    assert store.services.versions.show(ANNA, "anna", "climate", "stable").note == "first"
    assert links(store) == {"anna/climate": before["anna/data"]}
    assert inodes(store) == files
    told = store.services.events.after(ANNA, last).events
    assert [event.kind for event in told] == [
        "environment-renamed",
        "kernels-changed",
        "environment-updated",
    ]
    assert told[0].data == {"before": "data"}
    with pytest.raises(NotFound):
        target.show(ANNA, "anna", "data")


def test_a_name_that_is_taken_is_refused_and_nothing_has_changed(store: OpenStore) -> None:
    for name in ("one", "two"):
        create(store, DATA.format(pin=" =1"), name=name)
    before = links(store)
    with pytest.raises(Conflict, match="there is an environment 'anna/two' already"):
        rename(store, "one", "two")
    assert names(store) == ["anna/one", "anna/two"]
    assert links(store) == before


def test_of_two_that_want_one_name_at_once_one_gets_it(store: OpenStore) -> None:
    for name in ("one", "two"):
        create(store, DATA.format(pin=" =1"), name=name)
    together = threading.Barrier(2)

    def race(name: str) -> bool:
        together.wait()
        try:
            rename(store, name, "prize")
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(race, ("one", "two"))) == [False, True]
    assert len(links(store)) == 2
    assert {"anna/prize"} < set(names(store)) == set(links(store))


def test_a_name_that_was_left_can_be_used_again(store: OpenStore) -> None:
    create(store, DATA.format(pin=" =1"))
    rename(store, "data", "old")
    create(store, DATA.format(pin=" =2"))
    found = links(store)
    assert set(found) == {"anna/old", "anna/data"}
    assert found["anna/old"] != found["anna/data"]


def test_a_build_under_way_is_published_under_the_new_name(store: OpenStore) -> None:
    made = store.services.environments.create(
        ANNA, EnvironmentCreate(specification=DATA.format(pin=" =1"))
    )
    rename(store, "data", "renamed")
    assert made.build is not None
    assert ended(store, made.build.id).environment == "renamed"
    assert set(links(store)) == {"anna/renamed"}


def test_a_rename_cut_short_is_mended_at_the_next_start(store: OpenStore) -> None:
    create(store, DATA.format(pin=" =1"))
    root = store.layout.root
    link = store.layout.environment_link("anna", "data")
    # As a server leaves it that is killed between the files and the commit.
    link.rename(link.with_name("climate"))
    assert set(links(store)) == {"anna/climate"}
    reconcile_store(store.context)
    assert set(links(store)) == {"anna/data"}
    assert root.joinpath("envs/anna/envs/data/conda-meta").is_dir()


def test_a_failed_transaction_leaves_the_links_as_they_were(
    store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(store, DATA.format(pin=" =1"))
    before = links(store)

    def fail(*_: object, **__: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr("jupyterlab_terrarium.builds.publication.kernels.of", fail)
    with pytest.raises(OSError, match="the disk is gone"):
        rename(store, "data", "climate")
    monkeypatch.undo()
    assert links(store) == before
    assert names(store) == ["anna/data"]


def test_a_move_takes_the_environment_with_its_history(store: OpenStore, team: Team) -> None:
    two_versions(store)
    before = links(store)["anna/data"]
    move = EnvironmentUpdate(namespace="team", name="shared-data")
    moved = store.services.environments.update(ANNA, "anna", "data", move)
    assert (moved.namespace, moved.name, moved.latest) == ("team", "shared-data", 2)
    assert names(store) == ["team/shared-data"]
    assert links(store) == {"team/shared-data": before}


def test_moving_away_needs_the_right_to_delete(store: OpenStore, team: Team) -> None:
    create(store, DATA.format(pin=" =1"))
    services = store.services.environments
    services.update(ANNA, "anna", "data", EnvironmentUpdate(namespace="team"))
    with pytest.raises(Forbidden):
        services.update(ANNA, "team", "data", EnvironmentUpdate(namespace="anna"))
    team.give("viewer")
    with pytest.raises(Forbidden):
        services.update(ANNA, "team", "data", EnvironmentUpdate(name="x"))
    copied = store.services.copies.make(ANNA, "team", "data", EnvironmentCopy())
    assert (copied.namespace, copied.name, copied.role) == ("anna", "data", "owner")
    assert names(store) == ["anna/data", "team/data"]


def test_a_namespace_that_is_not_seen_cannot_be_moved_to(store: OpenStore) -> None:
    create(store, DATA.format(pin=" =1"))
    with pytest.raises(NotFound, match="no namespace 'elsewhere'"):
        store.services.environments.update(
            ANNA, "anna", "data", EnvironmentUpdate(namespace="elsewhere")
        )


def test_a_copy_begins_with_the_version_that_is_current(store: OpenStore) -> None:
    two_versions(store)
    files = inodes(store)
    copy = store.services.copies.make(ANNA, "anna", "data", EnvironmentCopy(name="mine"))
    assert (copy.name, copy.latest, copy.current, copy.state.value) == ("mine", 1, 1, "ready")
    assert copy.latest_version.note == "Copied from anna/data@2."
    assert inodes(store) == files
    assert links(store)["anna/mine"] == links(store)["anna/data"]
    older = EnvironmentCopy(name="older", version="1")
    assert store.services.copies.make(ANNA, "anna", "data", older).current == 1
    assert links(store)["anna/older"] != links(store)["anna/data"]
    with pytest.raises(Conflict, match="'anna/mine' already"):
        store.services.copies.make(ANNA, "anna", "data", EnvironmentCopy(name="mine"))


def test_a_copy_with_its_history_goes_its_own_way(store: OpenStore) -> None:
    two_versions(store)
    services = store.services
    services.versions.update(ANNA, "anna", "data", "1", VersionUpdate(note="first"))
    services.pointers.put(ANNA, "anna", "data", "stable", PointerUpdate(version=1))
    next_version(store, "data", "name: data\ndependencies: [there-is-no-such-package]\n")
    request = EnvironmentCopy(name="fork", history=True)
    copy = services.copies.make(ANNA, "anna", "data", request)
    assert (copy.current, copy.latest) == (2, 3)
    ours, theirs = (services.versions.page(ANNA, "anna", name).items for name in ("fork", "data"))
    assert [(v.number, v.state, v.note, v.pointers, v.lock_digest, v.created) for v in ours] == [
        (v.number, v.state, v.note, v.pointers, v.lock_digest, v.created) for v in theirs
    ]
    failed = services.versions.show(ANNA, "anna", "fork", "3").build
    assert failed is not None
    assert failed.problem is not None
    next_version(store, "fork", DATA.format(pin=" =1"))
    services.pointers.delete(ANNA, "anna", "fork", "stable")
    assert services.environments.show(ANNA, "anna", "data").latest == 3
    assert services.versions.show(ANNA, "anna", "data", "stable").number == 1
    with pytest.raises(InvalidRequest, match="no history"):
        services.copies.make(
            ANNA, "anna", "data", EnvironmentCopy(name="x", history=True, version="1")
        )


def test_a_copy_of_what_is_being_built_is_built_too(store: OpenStore) -> None:
    store.services.environments.create(
        ANNA, EnvironmentCreate(specification=DATA.format(pin=" =1"))
    )
    copy = store.services.copies.make(ANNA, "anna", "data", EnvironmentCopy(name="copy"))
    assert copy.build is not None
    assert ended(store, copy.build.id).state.value == "ready"
    assert "anna/copy" in links(store)


def test_kernels_outlive_every_name(store: OpenStore) -> None:
    create(store, KERNEL)
    [kernel] = store.services.environments.show(ANNA, "anna", "kernel").kernels
    manager, client = start_new_kernel(kernel_name=kernel.name)
    try:
        rename(store, "kernel", "climate")
        [after] = store.services.environments.show(ANNA, "anna", "climate").kernels
        assert (after.name, after.display_name) == (kernel.name, "climate (Terrarium)")
        spec = KernelSpecManager().get_kernel_spec(kernel.name)
        assert spec.display_name == "climate (Terrarium)"
        client.wait_for_ready(timeout=60)
        # Jupyter restarts it with the command that it began with, under the old name.
        manager.restart_kernel(now=True)
        client.wait_for_ready(timeout=60)
        copy = store.services.copies.make(ANNA, "anna", "climate", EnvironmentCopy(name="copy"))
        [copied] = copy.kernels
        assert copied.name != kernel.name
        assert copied.name in KernelSpecManager().find_kernel_specs()
        store.services.environments.delete(ANNA, "anna", "climate")
        found = KernelSpecManager().find_kernel_specs()
        assert copied.name in found
        assert kernel.name not in found
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
