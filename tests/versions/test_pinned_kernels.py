"""Kernels of one version, and kernels that follow a named pointer (B2.1)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import start_new_kernel

from jupyterlab_terrarium.kernels import kernelspecs
from jupyterlab_terrarium.models.environment import (
    Environment,
    EnvironmentCopy,
    EnvironmentUpdate,
    KernelPin,
    PinnedKernel,
    PointerUpdate,
)
from jupyterlab_terrarium.models.policy import Retention
from jupyterlab_terrarium.models.problem import Conflict, InvalidRequest, NotFound
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from jupyterlab_terrarium.services.reconciliation import reconcile_store
from jupyterlab_terrarium.store import retention
from support.builds import ANNA, DATA, KERNEL, create, next_version, seed, two_versions

# Two versions whose kernels can tell which of them they run in.
VERSION = KERNEL + "variables:\n  WHICH: {which}\n"
_count = itertools.count(1)


@dataclass(frozen=True)
class Case:
    """An environment of anna's with two versions, the second one current."""

    store: OpenStore
    name: str

    def pin(self, version: int | str) -> PinnedKernel:
        pins = self.store.services.pinned_kernels
        [made] = pins.create(ANNA, "anna", self.name, KernelPin(version=version)).items
        return made

    def unpin(self, kernel: str) -> None:
        self.store.services.pinned_kernels.delete(ANNA, "anna", self.name, kernel)

    def point(self, number: int) -> None:
        update = PointerUpdate(version=number)
        self.store.services.pointers.put(ANNA, "anna", self.name, "stable", update)

    def shown(self) -> Environment:
        return self.store.services.environments.show(ANNA, "anna", self.name)

    def make_current(self, number: int) -> None:
        update = EnvironmentUpdate(current=number)
        self.store.services.environments.update(ANNA, "anna", self.name, update)

    def link(self) -> Path:
        return self.store.layout.kernel_link(self.shown().id, "stable")


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, channel_url: str, warm_root: Path
) -> Iterator[OpenStore]:
    """A store with the environment `kernel`, of which each test gets a copy."""
    home = tmp_path_factory.mktemp("pinned")
    seed(home / "store", warm_root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_DATA_DIR", str(home / "data"))
        store = OpenStore(StoreOptions(root=home / "store", default_channels=[channel_url]))
        for which in ("first", "second"):
            text = VERSION.format(which=which)
            build = create(store, text) if which == "first" else next_version(store, "kernel", text)
            assert build.problem is None, build.problem
    yield store
    store.close()


@pytest.fixture
def case(built: OpenStore) -> Case:
    name = f"case{next(_count)}"
    built.services.copies.make(ANNA, "anna", "kernel", EnvironmentCopy(name=name, history=True))
    return Case(built, name)


def listed() -> dict[str, str]:
    """Kernelspecs that Jupyter lists, with their display names."""
    found = KernelSpecManager().get_all_specs()
    return {name: str(one["spec"]["display_name"]) for name, one in found.items()}


def printed(name: str, code: str = "import os; print(os.environ['WHICH'])") -> str:
    """What a kernel prints that is started by its name."""
    manager, client = start_new_kernel(kernel_name=name, startup_timeout=60)
    try:
        found: list[str] = []
        client.execute_interactive(
            code,
            timeout=60,
            output_hook=lambda message: found.append(str(message["content"].get("text", ""))),
        )
        return "".join(found).strip()
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_a_kernel_of_a_version_runs_it_whatever_is_current(case: Case) -> None:
    made = case.pin(1)
    assert listed()[made.name] == made.display_name == f"{case.name}@1 (Terrarium)"
    [own] = case.shown().kernels
    assert (printed(made.name), printed(own.name)) == ("first", "second")
    [shown] = case.shown().pinned_kernels
    assert (shown.name, shown.pinned, shown.version) == (made.name, "1", 1)
    assert case.pin(1) == made


def test_a_kernel_that_follows_a_pointer_moves_with_it(case: Case) -> None:
    case.point(1)
    made = case.pin("stable")
    assert listed()[made.name] == f"{case.name}@stable (Terrarium)"
    assert printed(made.name) == "first"
    case.point(2)
    [moved] = case.shown().pinned_kernels
    assert (moved.name, moved.version) == (made.name, 2)
    assert printed(made.name) == "second"


def test_one_that_runs_is_restarted_in_the_version_that_the_pointer_leads_to_then(
    case: Case,
) -> None:
    case.point(1)
    manager, client = start_new_kernel(kernel_name=case.pin("stable").name)
    try:
        case.point(2)
        manager.restart_kernel(now=True)
        client.wait_for_ready(timeout=60)
        answer = client.execute_interactive(
            "", user_expressions={"which": "__import__('os').environ['WHICH']"}, timeout=60
        )
        data = answer["content"]["user_expressions"]["which"]["data"]
        assert data["text/plain"] == "'second'"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_it_goes_with_its_pointer(case: Case) -> None:
    case.point(1)
    of_version, made, link = case.pin(1), case.pin("stable"), case.link()
    assert link.is_symlink()
    case.store.services.pointers.delete(ANNA, "anna", case.name, "stable")
    assert made.name not in listed()
    assert [kernel.name for kernel in case.shown().pinned_kernels] == [of_version.name]
    assert not link.is_symlink()


def test_making_another_version_current_leaves_them_alone(case: Case) -> None:
    names = {case.pin(1).name}
    case.point(1)
    names.add(case.pin("stable").name)
    before = {name: text for name, text in _texts().items() if name in names}
    case.make_current(1)
    case.make_current(2)
    assert {name: text for name, text in _texts().items() if name in names} == before
    [own] = case.shown().kernels
    assert own.name not in names


def _texts() -> dict[str, bytes]:
    directory = kernelspecs.directory()
    return {spec.parent.name: spec.read_bytes() for spec in directory.glob("*/kernel.json")}


def test_a_rename_changes_what_they_are_called_and_nothing_else(case: Case) -> None:
    case.point(1)
    made = {case.pin(1).name, case.pin("stable").name}
    environments, update = case.store.services.environments, EnvironmentUpdate(name="other")
    found = environments.update(ANNA, "anna", case.name, update).pinned_kernels
    assert {name: listed()[name] for name in made} == {k.name: k.display_name for k in found}
    assert {kernel.display_name for kernel in found} == {
        "other@1 (Terrarium)",
        "other@stable (Terrarium)",
    }


def test_a_deletion_hides_them_and_a_restoration_brings_them_back(case: Case) -> None:
    case.point(1)
    made = {case.pin(1).name, case.pin("stable").name}
    identity, link = case.shown().id, case.link()
    case.store.services.environments.delete(ANNA, "anna", case.name)
    assert not made & set(listed())
    assert not link.is_symlink()
    reconcile_store(case.store.services.context)
    assert not made & set(listed())
    case.store.services.deletion.restore(ANNA, identity)
    assert made <= set(listed())
    assert {one.name for one in case.shown().pinned_kernels} == made


def test_a_start_mends_what_is_missing(case: Case) -> None:
    case.point(1)
    made = [case.pin(1).name, case.pin("stable").name]
    before = {name: _texts()[name] for name in made}
    for name in made:
        assert kernelspecs.unregister(name, root=case.store.layout.root)
    case.link().unlink()
    stray = case.store.layout.current / "gone@stable"
    stray.symlink_to(case.store.layout.prefixes)
    reconcile_store(case.store.services.context)
    assert {name: _texts()[name] for name in made} == before
    assert not stray.is_symlink()
    assert printed(made[1]) == "first"


def test_a_failed_transaction_leaves_the_pointer_s_kernel_where_it_was(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    case.point(1)
    made, before = case.pin("stable"), _texts()

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is gone")

    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr("jupyterlab_terrarium.services.pointers.pointer_view", fail)
        case.point(2)
    assert _texts() == before
    assert printed(made.name) == "first"


def test_the_version_of_a_pinned_kernel_is_kept(case: Case) -> None:
    rules = Retention(keep_last=1, keep_days=0, used_days=0)

    def reason() -> str:
        with case.store.database.read() as session:
            found = retention.candidates(session, case.store.layout, rules)
        return next(one.reason for one in found if one.shown == f"anna/{case.name}@1")

    assert reason() == ""
    made = case.pin(1)
    assert reason() == "a kernel is pinned to it"
    case.unpin(made.name)
    assert reason() == ""


def test_removing_one_leaves_the_version_and_the_others(case: Case) -> None:
    case.point(1)
    one, other = case.pin(1), case.pin("stable")
    case.unpin(one.name)
    assert one.name not in listed()
    assert other.name in listed()
    with pytest.raises(NotFound):
        case.unpin(one.name)
    [own] = case.shown().kernels
    with pytest.raises(NotFound):
        case.unpin(own.name)


def test_what_cannot_be_pinned_is_said_in_words(store: OpenStore) -> None:
    two_versions(store)
    data = (ANNA, "anna", "data")
    for version, problem, words in (
        ("current", InvalidRequest, "another version every time"),
        (1, InvalidRequest, "has no kernel"),
        (9, NotFound, "no version 9"),
        ("stable", NotFound, "not a version"),
    ):
        with pytest.raises(problem, match=words):
            store.services.pinned_kernels.create(*data, KernelPin(version=version))
    next_version(store, "data", DATA.format(pin=" =99"))
    with pytest.raises(Conflict, match="not ready"):
        store.services.pinned_kernels.create(*data, KernelPin(version=3))
