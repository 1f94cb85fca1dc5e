"""A deleted environment can be restored within the grace period, files or no files."""

from __future__ import annotations

from datetime import timedelta

import pytest
from damage import prefix_of

from jupyterlab_terrarium.access.principals import Principal
from jupyterlab_terrarium.models.build import BuildState
from jupyterlab_terrarium.models.problem import Conflict, NotFound
from jupyterlab_terrarium.services.opening import OpenStore
from jupyterlab_terrarium.store import locks
from jupyterlab_terrarium.store.tables import EnvironmentRow
from support.builds import ANNA, DATA, create, ended


def deleted(store: OpenStore, pin: str = "") -> str:
    """The id of anna's environment `data`, which was built and deleted."""
    create(store, DATA.format(pin=pin))
    store.services.environments.delete(ANNA, "anna", "data")
    return store.services.deletion.page(ANNA).items[0].id


def test_what_was_deleted_is_listed_until_the_grace_period_ends(store: OpenStore) -> None:
    deleted(store)
    [item] = store.services.deletion.page(ANNA).items
    assert (item.namespace, item.name, item.versions) == ("anna", "data", 1)
    assert item.until - item.deleted == timedelta(days=30)
    with store.database.write() as session:
        row = session.get_one(EnvironmentRow, item.id)
        row.deleted = item.deleted - timedelta(days=31)
    assert store.services.deletion.page(ANNA).items == []
    with pytest.raises(NotFound, match="restored"):
        store.services.deletion.restore(ANNA, item.id)


def test_a_restored_environment_is_what_it_was(store: OpenStore) -> None:
    before = create(store, DATA.format(pin=""))
    shown = store.services.environments.show(ANNA, "anna", "data")
    link = store.layout.environment_link("anna", "data")
    store.services.environments.delete(ANNA, "anna", "data")
    assert not link.is_symlink()
    restored = store.services.deletion.restore(ANNA, before.environment_id)
    assert restored.id == shown.id
    assert (restored.current, restored.state) == (shown.current, shown.state)
    assert link.resolve() == prefix_of(store, "data")
    assert store.services.deletion.page(ANNA).items == []


def test_others_cannot_restore_it(store: OpenStore) -> None:
    with pytest.raises(NotFound):
        store.services.deletion.restore(Principal("berta"), deleted(store))


def test_a_name_that_is_taken_meanwhile_is_a_conflict(store: OpenStore) -> None:
    key = deleted(store)
    create(store, DATA.format(pin=" =1"))
    with pytest.raises(Conflict, match="meanwhile"):
        store.services.deletion.restore(ANNA, key)
    assert store.services.deletion.restore(ANNA, key, "data-again").name == "data-again"


def test_files_that_are_gone_are_built_again_to_the_same_digest(store: OpenStore) -> None:
    create(store, DATA.format(pin=""))
    version = store.services.versions.show(ANNA, "anna", "data", "1")
    prefix = prefix_of(store, "data")
    manifest = (prefix / ".terrarium/manifest.json").read_bytes()
    store.services.environments.delete(ANNA, "anna", "data")
    prefix.rename(store.layout.trash / "gone")
    key = store.services.deletion.page(ANNA).items[0].id
    restored = store.services.deletion.restore(ANNA, key)
    assert restored.build is not None
    assert ended(store, restored.build.id).state is BuildState.READY
    again = store.services.environments.show(ANNA, "anna", "data")
    assert again.current_version is not None
    assert again.current_version.lock_digest == version.lock_digest
    assert (prefix / ".terrarium/manifest.json").read_bytes() == manifest
    with store.database.read() as session:
        assert locks.prefixes(session)
