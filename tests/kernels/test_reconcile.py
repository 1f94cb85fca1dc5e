"""Start-up reconciliation: the directory is brought to what the database says."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from jupyterlab_terrarium.kernels import kernelspecs
from jupyterlab_terrarium.kernels.kernelspecs import KernelRegistration, Pin, mint_name
from jupyterlab_terrarium.kernels.reconcile import MAX_LISTED, reconcile
from jupyterlab_terrarium.store.flock import try_lock
from support.speed import processor_seconds, quickest

from .small import SmallPrefix


def wanted(small: SmallPrefix, count: int) -> list[KernelRegistration]:
    """Registrations of *count* environments."""
    found = []
    for number in range(count):
        environment, identity = f"env{number}", f"id-of-env{number}"
        small.point(environment)
        name = mint_name(environment, identity, "sh")
        found.append(
            KernelRegistration(name, small.layout.root, identity, "anna", environment, "sh")
        )
    return found


def listed(small: SmallPrefix) -> set[str]:
    return {found.name for found in kernelspecs.list_ours(small.layout.root)}


def test_missing_ones_are_written_and_unwanted_ones_removed(small: SmallPrefix) -> None:
    first, second, third = wanted(small, 3)
    kernelspecs.register(first)
    kernelspecs.register(second)
    done = reconcile([second, third], root=small.layout.root)
    assert (done.written, done.removed, done.failed) == ([third.name], [first.name], {})
    assert listed(small) == {second.name, third.name}
    again = reconcile([second, third], root=small.layout.root)
    assert (again.written, again.removed) == ([], [])


def test_stale_ones_are_written_again(small: SmallPrefix, monkeypatch: pytest.MonkeyPatch) -> None:
    [one] = wanted(small, 1)
    kernelspecs.register(one)
    file = kernelspecs.directory() / one.name / "kernel.json"
    file.write_text(file.read_text().replace("env0 ·", "renamed by hand ·"))
    assert reconcile([one], root=small.layout.root).written == [one.name]
    assert json.loads(file.read_text())["display_name"] == "env0 · SH (Terrarium)"
    monkeypatch.setattr("sys.executable", "/another/python")
    assert reconcile([one], root=small.layout.root).written == [one.name]
    assert json.loads(file.read_text())["argv"][0] == "/another/python"


def test_one_that_cannot_be_written_does_not_stop_the_others(small: SmallPrefix) -> None:
    first, second = wanted(small, 2)
    done = reconcile([replace(first, kernel="ir"), second], root=small.layout.root)
    assert done.written == [second.name]
    assert list(done.failed) == [first.name]


def test_what_a_crash_left_aside_is_removed(small: SmallPrefix) -> None:
    [one] = wanted(small, 1)
    kernelspecs.register(one)
    aside = kernelspecs.directory() / ".terrarium"
    old, fresh = aside / "1-old", aside / "2-another-process-is-writing"
    for left in (old, fresh):
        left.mkdir()
        (left / "kernel.json").write_text("{}")
    os.utime(old, (0, 0))
    reconcile([one], root=small.layout.root)
    assert list(aside.iterdir()) == [fresh]


def test_a_pinned_version_in_which_something_runs_stays(small: SmallPrefix) -> None:
    [one] = wanted(small, 1)
    kernelspecs.register(replace(one, name="pinned", pin=Pin(1, small.digest)))
    running = try_lock(small.layout.lock(small.digest), shared=True)
    assert running is not None
    with running:
        reconcile([one], root=small.layout.root)
        assert listed(small) == {one.name, "pinned"}
    reconcile([one], root=small.layout.root)
    assert listed(small) == {one.name}


def test_ten_thousand_environments_take_less_than_two_seconds(
    small: SmallPrefix, tmp_path: Path
) -> None:
    everyone = wanted(small, 10_000)
    reconcile(everyone, root=small.layout.root)
    done = reconcile(everyone, root=small.layout.root)
    assert (done.written, done.removed) == ([], [])
    assert listed(small) == {one.name for one in everyone[:MAX_LISTED]}

    def seconds() -> float:
        return processor_seconds(lambda: reconcile(everyone, root=small.layout.root))

    assert quickest(2.0, seconds, tries=3) < 2.0
