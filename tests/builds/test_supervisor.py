"""Builds as services and the supervisor run them: real solves, real workers."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpecManager

from jupyterlab_terrarium.builds.worker_process import WorkerProcess
from jupyterlab_terrarium.models.build import ENDED, Build, BuildState
from jupyterlab_terrarium.models.environment import (
    EnvironmentCreate,
    EnvironmentUpdate,
    VersionCreate,
    VersionState,
)
from jupyterlab_terrarium.models.plan import PlanRequest
from jupyterlab_terrarium.models.problem import Conflict, NotFound
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from support.builds import ANNA, BIG, DATA, KERNEL, create, ended
from support.leftovers import half_prefixes, processes_of, visible


def create_from_lock(store: OpenStore, lockfile: str) -> Build:
    """A new environment from a lockfile, built to the end."""
    made = store.services.environments.create(
        ANNA, EnvironmentCreate(name="from-lock", lockfile=lockfile)
    )
    assert made.build is not None
    return ended(store, made.build.id)


def test_from_text_to_a_listed_kernel(store: OpenStore) -> None:
    build = create(store, KERNEL)
    assert build.state is BuildState.READY, build.problem
    assert [phase.phase.value for phase in build.phases] == [
        "queued",
        "solving",
        "fetching",
        "linking",
        "finishing",
    ] or [phase.phase.value for phase in build.phases][:1] == ["solving"]
    shown = store.services.environments.show(ANNA, "anna", "kernel")
    assert shown.state is VersionState.READY
    assert shown.current == 1
    assert shown.headline.startswith("python 3.")
    [kernel] = shown.kernels
    assert kernel.name in KernelSpecManager().find_kernel_specs()
    assert shown.current_version is not None
    assert shown.current_version.prefix is not None
    assert shown.interpreter is not None
    assert Path(shown.interpreter).resolve().is_relative_to(shown.current_version.prefix)
    log = store.services.builds.log(ANNA, build.id, 0)
    assert log.complete
    assert {"phase", "progress", "result"} <= {event.kind for event in log.events}


def test_a_known_lock_is_ready_without_a_worker(store: OpenStore) -> None:
    create(store, DATA.format(pin=""))
    plan = store.services.plans.make(ANNA, PlanRequest(specification=DATA.format(pin="")))
    assert plan.ready
    made = store.services.environments.create(
        ANNA,
        EnvironmentCreate(name="again", specification=DATA.format(pin=""), plan=plan.id),
    )
    assert made.build is not None
    assert made.build.state is BuildState.READY
    assert made.build.reused
    assert not store.layout.log(made.build.id).exists()
    prefixes = list(store.layout.prefixes.iterdir())
    assert len(prefixes) == 1


def test_a_build_of_a_plan_builds_exactly_that_lock_or_conflicts(store: OpenStore) -> None:
    first = DATA.format(pin=" =1.0")
    create(store, first)
    edit = DATA.format(pin=" =2.0")
    plan = store.services.plans.make(
        ANNA, PlanRequest(specification=edit, environment="data", namespace="anna")
    )
    [change] = [item for item in plan.platforms[0].changes if item.change != "kept"]
    assert (change.change, change.before, change.after) == ("up", "1.0", "2.0")
    with pytest.raises(Conflict, match="another text"):
        store.services.versions.create(
            ANNA, "anna", "data", VersionCreate(specification=first, plan=plan.id)
        )
    made = store.services.versions.create(
        ANNA, "anna", "data", VersionCreate(specification=edit, plan=plan.id, base_version=1)
    )
    assert made.lock_digest == plan.lock_digest
    assert made.build is not None
    ended(store, made.build.id)
    with pytest.raises(Conflict, match="newer version than the plan"):
        store.services.versions.create(
            ANNA, "anna", "data", VersionCreate(specification=edit, plan=plan.id)
        )
    with pytest.raises(Conflict, match="has version 2 now"):
        store.services.versions.create(
            ANNA, "anna", "data", VersionCreate(specification=edit, base_version=1)
        )
    rolled = store.services.environments.update(ANNA, "anna", "data", EnvironmentUpdate(current=1))
    assert rolled.current == 1
    [link] = visible(store.layout)
    assert str(link.resolve()) == str(
        Path(str(rolled.current_version and rolled.current_version.prefix)).resolve()
    )


def test_a_version_keeps_its_text_as_written(store: OpenStore) -> None:
    text = "# why: the paper\nname: data   # ours\ndependencies: [terrarium-data]\n"
    create(store, text)
    assert store.services.versions.show(ANNA, "anna", "data", "1").specification_text == text


def test_what_cannot_be_solved_fails_in_words_and_can_be_retried(store: OpenStore) -> None:
    build = create(
        store, "name: x\ndependencies:\n  - terrarium-conflict-a\n  - terrarium-conflict-b\n"
    )
    assert build.state is BuildState.FAILED
    assert build.problem is not None
    assert build.problem.code == "unsatisfiable"
    assert "terrarium-data" in build.problem.detail + build.problem.raw
    again = store.services.versions.rebuild(ANNA, "anna", "x", "1")
    assert ended(store, again).state is BuildState.FAILED


@pytest.mark.parametrize("phase", ["queued", "solving", "fetching", "linking"])
def test_a_cancelled_build_is_gone_within_two_seconds(store: OpenStore, phase: str) -> None:
    reached = threading.Event()
    made = store.services.environments.create(ANNA, EnvironmentCreate(specification=BIG))
    assert made.build is not None
    build_id = made.build.id
    order = [state.value for state in BuildState]

    def look() -> None:
        state = store.services.builds.show(ANNA, build_id).state
        if state in ENDED or order.index(state.value) >= order.index(phase):
            reached.set()

    remove = store.database.on_event(look)
    look()
    assert reached.wait(30)
    remove()
    started = time.monotonic()
    cancelled = store.services.builds.cancel(ANNA, build_id)
    assert cancelled.state is BuildState.CANCELLED
    while any("builds.worker" in line for line in processes_of(store.layout.root)):
        assert time.monotonic() - started < 2, "the worker is still there"
        time.sleep(0.02)
    assert visible(store.layout) == []
    for prefix in half_prefixes(store.layout):
        assert not (prefix / ".terrarium" / "manifest.json").exists()
    again = store.services.versions.rebuild(ANNA, "anna", "big", "1")
    assert ended(store, again).state is BuildState.READY


def test_many_requests_for_one_lock_start_one_worker_and_make_one_prefix(
    store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    workers: list[WorkerProcess] = []
    original = store.supervisor.take_worker

    def take_worker() -> WorkerProcess:
        workers.append(original())
        return workers[-1]

    monkeypatch.setattr(store.supervisor, "take_worker", take_worker)
    ids = []
    for number in range(4):
        made = store.services.environments.create(
            ANNA, EnvironmentCreate(name=f"same-{number}", specification=KERNEL)
        )
        assert made.build is not None
        ids.append(made.build.id)
    assert {ended(store, build_id).state for build_id in ids} == {BuildState.READY}
    assert len(workers) == 1
    assert len([p for p in store.layout.prefixes.iterdir() if not p.name.startswith(".")]) == 1


def test_deleting_removes_kernels_and_keeps_files(store: OpenStore) -> None:
    create(store, KERNEL)
    shown = store.services.environments.show(ANNA, "anna", "kernel")
    store.services.environments.delete(ANNA, "anna", "kernel")
    assert shown.kernels[0].name not in KernelSpecManager().find_kernel_specs()
    assert visible(store.layout) == []
    assert shown.current_version is not None
    assert Path(str(shown.current_version.prefix)).is_dir()
    with pytest.raises(NotFound):
        store.services.environments.show(ANNA, "anna", "kernel")
    assert create(store, KERNEL).state is BuildState.READY


def test_a_lockfile_alone_gives_the_same_digest(
    store: OpenStore, tmp_path: Path, channel_url: str
) -> None:
    create(store, KERNEL + "variables:\n  A: b\n")
    version = store.services.versions.show(ANNA, "anna", "kernel", "1")
    text = store.services.versions.lockfile(ANNA, "anna", "kernel", "1")
    other = OpenStore(StoreOptions(root=tmp_path / "other", default_channels=[channel_url]))
    try:
        made = other.services.environments.create(
            ANNA, EnvironmentCreate(name="copy", lockfile=text)
        )
        assert made.build is not None
        assert ended(other, made.build.id).state is BuildState.READY
        copied = other.services.versions.show(ANNA, "anna", "copy", "1")
        assert copied.lock_digest == version.lock_digest
        manifests = [
            (Path(str(v.prefix)) / ".terrarium" / "manifest.json").read_bytes()
            for v in (version, copied)
        ]
        assert manifests[0] == manifests[1]
        assert json.loads(manifests[0])["digest"] == version.platforms[0].digest
    finally:
        other.close()


def test_a_restart_mends_links_and_kernels(tmp_path: Path, channel_url: str) -> None:
    options = StoreOptions(root=tmp_path / "store", default_channels=[channel_url])
    store = OpenStore(options)
    create(store, KERNEL)
    name = store.services.environments.show(ANNA, "anna", "kernel").kernels[0].name
    [link] = visible(store.layout)
    store.close()
    link.unlink()
    spec = Path(KernelSpecManager().find_kernel_specs()[name])
    for file in spec.iterdir():
        file.unlink()
    spec.rmdir()
    store = OpenStore(options)
    try:
        assert visible(store.layout) == [link]
        assert name in KernelSpecManager().find_kernel_specs()
    finally:
        store.close()


def test_post_link_scripts_run_only_when_agreed(store: OpenStore) -> None:
    text = "name: scripted\ndependencies:\n  - terrarium-postlink\n"
    plan = store.services.plans.make(ANNA, PlanRequest(specification=text))
    assert plan.link_scripts == ["terrarium-postlink"]
    create(store, text)
    shown = store.services.environments.show(ANNA, "anna", "scripted")
    assert shown.state is VersionState.WARNING
    assert "terrarium-postlink" in shown.warnings[0]
    create(store, text, name="agreed", run_link_scripts=["terrarium-postlink"])
    agreed = store.services.environments.show(ANNA, "anna", "agreed")
    assert agreed.state is VersionState.READY, agreed.warnings
    assert agreed.latest_version.run_link_scripts == ["terrarium-postlink"]
    prefix = Path(str(agreed.latest_version.prefix))
    assert (prefix / "etc" / "terrarium-postlink.txt").exists()


def test_a_gpu_environment_is_made_on_a_machine_without_a_gpu(store: OpenStore) -> None:
    text = "name: gpu\ndependencies: [terrarium-needs-cuda]\n"
    refused = create(store, text)
    assert refused.state is BuildState.FAILED
    assert refused.problem is not None
    assert "runs-on" in refused.problem.hint + "".join(e.hint for e in refused.problem.errors)
    build = create(store, text + "runs-on:\n  cuda: '12.4'\n", name="with")
    assert build.state is BuildState.READY, build.problem
    [part] = store.services.versions.lock(ANNA, "anna", "with", "1").platforms
    assert part.virtual_packages["__cuda"] == "12.4"


def test_a_lock_for_another_machine_is_refused_in_words(store: OpenStore) -> None:
    create(store, DATA.format(pin=""))
    lock = store.services.versions.lock(ANNA, "anna", "data", "1")
    [part] = lock.platforms
    wanting = [p.model_copy(update={"depends": ["__glibc >=99"]}) for p in part.conda]
    foreign = lock.model_copy(
        update={
            "platforms": [part.model_copy(update={"conda": wanting})],
            "variables": {"NOT": "the same digest"},
        }
    )
    build = create_from_lock(store, store.solver.write_lockfile(foreign))
    assert build.state is BuildState.FAILED
    assert build.problem is not None
    assert "another machine: terrarium-data needs __glibc >=99" in build.problem.detail
