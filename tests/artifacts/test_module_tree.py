"""``<root>/modules`` follows the store: ready, current, renamed, deleted."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from jupyterlab_terrarium.models.environment import EnvironmentUpdate
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from support.builds import ANNA, DATA, create, next_version, seed


def soon(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + 20
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return holds()


def test_the_tree_follows_the_store(tmp_path: Path, channel_url: str, warm_root: Path) -> None:
    seed(tmp_path / "store", warm_root)
    options = StoreOptions(root=tmp_path / "store", default_channels=[channel_url], modules=True)
    store = OpenStore(options)
    tree = store.layout.modules
    try:
        create(store, DATA.format(pin=" =1"))
        assert soon(lambda: (tree / "anna/data/1").is_file())
        assert (tree / "anna/data/1.lua").is_file()
        next_version(store, "data", DATA.format(pin=" =2"))
        assert soon(lambda: (tree / "anna/data/2.lua").is_file())
        assert soon(lambda: '"2"' in (tree / "anna/data/.version").read_text())

        environments = store.services.environments
        environments.update(ANNA, "anna", "data", EnvironmentUpdate(current=1))
        assert soon(lambda: '"1"' in (tree / "anna/data/.version").read_text())
        environments.update(ANNA, "anna", "data", EnvironmentUpdate(name="facts"))
        assert soon(lambda: (tree / "anna/facts/2.lua").is_file())
        assert soon(lambda: not (tree / "anna/data").exists())
        environments.delete(ANNA, "anna", "facts")
        assert soon(lambda: not (tree / "anna").exists())
    finally:
        store.close()


def test_a_store_has_no_tree_unless_it_is_asked_for(store: OpenStore) -> None:
    create(store, DATA.format(pin=""))
    assert not store.layout.modules.exists()
