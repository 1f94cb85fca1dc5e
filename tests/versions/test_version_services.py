"""Versions that people trust (B2.1): notes, hold, pointers, comparisons, roll back."""

from __future__ import annotations

import pytest

from jupyterlab_terrarium.models.build import BuildState
from jupyterlab_terrarium.models.environment import (
    EnvironmentUpdate,
    PointerUpdate,
    VersionCreate,
    VersionUpdate,
)
from jupyterlab_terrarium.models.problem import Conflict, EditConflict, InvalidRequest, NotFound
from jupyterlab_terrarium.services.opening import OpenStore
from support.builds import ANNA, DATA, create, next_version, two_versions


def last_event(store: OpenStore) -> int:
    return store.services.events.after(ANNA, 0).last


def kinds_after(store: OpenStore, sequence: int) -> list[str]:
    return [event.kind for event in store.services.events.after(ANNA, sequence).events]


def current(store: OpenStore, name: str = "data") -> int | None:
    return store.services.environments.show(ANNA, "anna", name).current


def test_a_note_is_kept_with_its_version_and_told_to_everybody(store: OpenStore) -> None:
    two_versions(store)
    before = last_event(store)
    store.services.versions.update(ANNA, "anna", "data", "1", VersionUpdate(note=" paper, fig. 2 "))
    assert kinds_after(store, before) == ["environment-updated"]
    page = store.services.versions.page(ANNA, "anna", "data")
    assert [(item.number, item.note) for item in page.items] == [(2, ""), (1, "paper, fig. 2")]
    store.services.versions.update(ANNA, "anna", "data", "1", VersionUpdate(note=""))
    assert store.services.versions.show(ANNA, "anna", "data", "1").note == ""


def test_a_note_may_come_with_the_version(store: OpenStore) -> None:
    create(store, DATA.format(pin=" =1"))
    next_version(store, "data", DATA.format(pin=" =2"), note="for the workshop")
    assert store.services.versions.show(ANNA, "anna", "data", "2").note == "for the workshop"


def test_on_hold_a_new_version_waits_to_be_made_current(store: OpenStore) -> None:
    create(store, DATA.format(pin=" =1"))
    store.services.environments.update(ANNA, "anna", "data", EnvironmentUpdate(hold=True))
    assert next_version(store, "data", DATA.format(pin=" =2")).state is BuildState.READY
    assert current(store) == 1
    store.services.environments.update(ANNA, "anna", "data", EnvironmentUpdate(current=2))
    assert current(store) == 2
    store.services.environments.update(
        ANNA, "anna", "data", EnvironmentUpdate(hold=False, current=1)
    )
    next_version(store, "data", DATA.format(pin=" =2"))
    assert current(store) == 3


def test_the_first_version_that_is_ready_becomes_current_on_hold_too(store: OpenStore) -> None:
    failed = create(store, "name: data\ndependencies: [there-is-no-such-package]\n")
    assert failed.state is BuildState.FAILED
    store.services.environments.update(ANNA, "anna", "data", EnvironmentUpdate(hold=True))
    next_version(store, "data", DATA.format(pin=" =1"))
    assert current(store) == 2


def test_a_pointer_stands_wherever_a_number_may(store: OpenStore) -> None:
    two_versions(store)
    before = last_event(store)
    put = store.services.pointers.put(ANNA, "anna", "data", "stable", PointerUpdate(version=1))
    assert (put.name, put.version, put.updated_by) == ("stable", 1, "anna")
    assert kinds_after(store, before) == ["environment-updated"]
    versions = store.services.versions
    assert versions.show(ANNA, "anna", "data", "stable").number == 1
    assert versions.lock(ANNA, "anna", "data", "stable") == versions.lock(ANNA, "anna", "data", "1")
    shown = store.services.environments.show(ANNA, "anna", "data")
    assert [(item.name, item.version) for item in shown.pointers] == [("stable", 1)]
    page = versions.page(ANNA, "anna", "data")
    assert [(item.number, item.pointers) for item in page.items] == [(2, []), (1, ["stable"])]


def test_a_pointer_moves_and_goes(store: OpenStore) -> None:
    two_versions(store)
    pointers = store.services.pointers
    for number in (1, 2):
        pointers.put(ANNA, "anna", "data", "stable", PointerUpdate(version=number))
    assert store.services.versions.show(ANNA, "anna", "data", "stable").number == 2
    pointers.delete(ANNA, "anna", "data", "stable")
    with pytest.raises(NotFound, match="'stable' is not a version"):
        store.services.versions.show(ANNA, "anna", "data", "stable")
    with pytest.raises(NotFound, match="no pointer 'stable'"):
        pointers.delete(ANNA, "anna", "data", "stable")
    assert store.services.environments.show(ANNA, "anna", "data").latest == 2


def test_a_pointer_cannot_have_every_name(store: OpenStore) -> None:
    for name in ("current", "latest", "7", "Upper", "a b", "-x", "x" * 64):
        with pytest.raises(InvalidRequest, match="cannot name a pointer"):
            store.services.pointers.put(ANNA, "anna", "data", name, PointerUpdate(version=1))


def test_a_pointer_leads_only_to_what_is_ready(store: OpenStore) -> None:
    create(store, "name: data\ndependencies: [there-is-no-such-package]\n")
    with pytest.raises(Conflict, match="version 1 is not ready"):
        store.services.pointers.put(ANNA, "anna", "data", "stable", PointerUpdate(version=1))
    with pytest.raises(NotFound, match="no version 4"):
        store.services.pointers.put(ANNA, "anna", "data", "stable", PointerUpdate(version=4))


def test_two_versions_are_compared_by_text_and_by_package(store: OpenStore) -> None:
    two_versions(store)
    found = store.services.comparisons.show(ANNA, "anna", "data", "1", "2")
    assert (found.before.number, found.after.number, found.same_lock) == (1, 2, False)
    assert found.specification[:2] == ["--- version 1", "+++ version 2"]
    assert {"-  - terrarium-data =1", "+  - terrarium-data =2"} <= set(found.specification)
    [platform] = found.platforms
    [change] = [item for item in platform.changes if item.change != "kept"]
    assert (change.name, change.change, change.cached) == ("terrarium-data", "up", True)
    assert (change.before[0], change.after[0]) == ("1", "2")
    back = store.services.comparisons.show(ANNA, "anna", "data", "2", "1").platforms[0]
    assert [item.change for item in back.changes if item.change != "kept"] == ["down"]


def test_a_version_without_a_lock_is_compared_by_text_only(store: OpenStore) -> None:
    create(store, DATA.format(pin=" =1"))
    next_version(store, "data", "name: data\ndependencies: [there-is-no-such-package]\n")
    found = store.services.comparisons.show(ANNA, "anna", "data", "current", "latest")
    assert not found.comparable
    assert found.platforms == []
    assert "+dependencies: [there-is-no-such-package]" in found.specification


def test_a_version_is_the_same_as_itself(store: OpenStore) -> None:
    create(store, DATA.format(pin=" =1"))
    found = store.services.comparisons.show(ANNA, "anna", "data", "1", "current")
    assert found.same_lock
    assert found.specification == []
    assert {item.change for item in found.platforms[0].changes} == {"kept"}


def test_the_second_of_two_editors_gets_both_texts_and_overwrites_nothing(
    store: OpenStore,
) -> None:
    create(store, DATA.format(pin=" =1"))
    theirs, mine = DATA.format(pin=" =2"), DATA.format(pin=">=1")
    next_version(store, "data", theirs, base_version=1)
    with pytest.raises(
        EditConflict, match="version 2 now, by anna; you edited version 1"
    ) as caught:
        store.services.versions.create(
            ANNA, "anna", "data", VersionCreate(specification=mine, base_version=1)
        )
    conflict = caught.value.problem().conflict
    assert conflict is not None
    assert (conflict.version, conflict.specification_text) == (2, theirs)
    assert store.services.environments.show(ANNA, "anna", "data").latest == 2
    next_version(store, "data", mine, base_version=2)
    assert store.services.versions.show(ANNA, "anna", "data", "3").specification_text == mine
