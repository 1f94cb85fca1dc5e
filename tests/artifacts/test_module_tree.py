"""``<root>/modules`` follows the store: ready, current, renamed, deleted."""

from __future__ import annotations

import grp
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyterlab_terrarium.builds.cleanup import Cleanup
from jupyterlab_terrarium.models.environment import EnvironmentUpdate
from jupyterlab_terrarium.models.namespace import NamespaceCreate
from jupyterlab_terrarium.models.policy import Policy, Retention
from jupyterlab_terrarium.services.module_tree import ModuleTree
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from jupyterlab_terrarium.store.flock import try_lock
from jupyterlab_terrarium.store.tables import NamespaceRow
from support.builds import ANNA, DATA, create, next_version, seed
from support.waiting import soon

OWN = "modules: [gatk/4.5]\n"


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


@pytest.fixture(scope="module")
def of_two(
    tmp_path_factory: pytest.TempPathFactory, channel_url: str, warm_root: Path
) -> Iterator[OpenStore]:
    """anna's environment and, made later, that of a team; both publish gatk/4.5."""
    root = tmp_path_factory.mktemp("modules") / "store"
    seed(root, warm_root)
    policy = Policy(create_namespaces="everyone")
    store = OpenStore(StoreOptions(root=root, default_channels=[channel_url], policy=policy))
    create(store, DATA.format(pin=" =1") + OWN)
    next_version(store, "data", DATA.format(pin=" =2") + OWN)
    store.services.namespaces.create(ANNA, NamespaceCreate(name="team"))
    create(store, DATA.format(pin=" =2") + OWN, namespace="team")
    yield store
    store.close()


def test_nobody_takes_a_name_from_a_team(of_two: OpenStore) -> None:
    ModuleTree(of_two.context).refresh()
    assert "team/data@1" in (of_two.layout.modules / "gatk/4.5").read_text()


def test_in_a_served_store_modules_are_for_their_namespace(of_two: OpenStore) -> None:
    group = grp.getgrgid(os.getgid()).gr_name
    with of_two.database.write() as session:
        [team] = session.query(NamespaceRow).filter_by(name="team")
        team.group = group
    ModuleTree(of_two.context, served=True).refresh()
    tree = of_two.layout.modules
    modes = {
        name: (tree / name).stat().st_mode & 0o777
        for name in ("anna", "team", "gatk", "gatk/4.5", "gatk/4.5.lua")
    }
    shared = {"team": 0o750, "gatk": 0o755, "gatk/4.5": 0o640, "gatk/4.5.lua": 0o640}
    assert modes == {"anna": 0o700, **shared}
    assert (tree / "gatk/4.5").stat().st_gid == os.getgid()


def test_programs_on_one_store_take_turns(of_two: OpenStore) -> None:
    held = try_lock(of_two.layout.root / "modules.lock")
    assert held is not None
    writing = threading.Thread(target=ModuleTree(of_two.context).refresh)
    writing.start()
    writing.join(0.3)
    assert writing.is_alive()
    held.release()
    writing.join(20)
    assert not writing.is_alive()


def test_clean_up_keeps_what_a_module_leads_to(of_two: OpenStore) -> None:
    def gone(*, modules: bool) -> list[str]:
        rules = Retention(keep_last=1, keep_days=0, used_days=0, modules=modules)
        found = Cleanup(of_two.layout, of_two.database, rules).look().found
        return [one.item.shown for one in found if one.item.kind == "version"]

    assert gone(modules=False) == ["anna/data@1"]
    assert gone(modules=True) == []
