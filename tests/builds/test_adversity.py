"""Supervisors that stop, cancel, overlap or meet errors; publication that fails."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_terrarium.builds import publication, run
from jupyterlab_terrarium.builds.liveness import Presence
from jupyterlab_terrarium.builds.solver_client import Solution
from jupyterlab_terrarium.builds.undoable import point_in_transaction
from jupyterlab_terrarium.models.build import BuildState
from jupyterlab_terrarium.models.environment import (
    EnvironmentCreate,
    EnvironmentUpdate,
    VersionCreate,
)
from jupyterlab_terrarium.models.problem import Conflict
from jupyterlab_terrarium.models.specification import Specification
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from jupyterlab_terrarium.store import builds
from support.builds import ANNA, DATA, create, ended
from support.leftovers import processes_of, visible


class SlowSolver:
    """Stands in for a solve that takes very long, which no real channel here provokes."""

    def __init__(self, store: OpenStore, patch: pytest.MonkeyPatch) -> None:
        self.asked = threading.Event()
        original = store.solver.solve

        def solve(
            specification: Specification, *, cancelled: threading.Event, **more: Any
        ) -> Solution:
            self.asked.set()
            if cancelled.wait(30):
                raise run.SolveCancelled
            return original(specification, cancelled=cancelled, **more)

        patch.setattr(store.solver, "solve", solve)


def start(store: OpenStore, name: str, text: str) -> str:
    made = store.services.environments.create(
        ANNA, EnvironmentCreate(name=name, specification=text)
    )
    assert made.build is not None
    return made.build.id


def test_cancelling_a_solve_frees_its_place(
    store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        slow = SlowSolver(store, patch)
        ids = [start(store, f"slow-{n}", DATA.format(pin="")) for n in range(2)]
        assert slow.asked.wait(10)
        for build_id in ids:
            store.services.builds.cancel(ANNA, build_id)
    started = time.monotonic()
    assert create(store, DATA.format(pin="")).state is BuildState.READY
    assert time.monotonic() - started < 10


def test_stopping_does_not_wait_for_a_solve_and_the_build_goes_on_later(
    tmp_path: Path, channel_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = StoreOptions(root=tmp_path / "store", default_channels=[channel_url])
    store = OpenStore(options)
    slow = SlowSolver(store, monkeypatch)
    build_id = start(store, "data", DATA.format(pin=""))
    assert slow.asked.wait(10)
    started = time.monotonic()
    store.close()
    assert time.monotonic() - started < 5
    store = OpenStore(options)
    try:
        assert ended(store, build_id).state is BuildState.READY
    finally:
        store.close()


def test_a_run_lets_go_of_a_build_that_another_supervisor_has(
    store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = SlowSolver(store, monkeypatch)
    build_id = start(store, "data", DATA.format(pin=""))
    assert slow.asked.wait(10)
    # Another one that lives, or this store's own supervisor would take the build over at once.
    other = Presence(store.layout)
    with store.database.write() as session:
        record = builds.get(session, build_id)
        assert record is not None
        record.build.owner = other.name
        attempts = record.build.attempts
    try:
        for going in list(store.supervisor._runs.values()):
            going.abandon()
            going.join(10)
        with store.database.read() as session:
            record = builds.get(session, build_id)
            assert record is not None
            assert record.build.owner == other.name
            assert record.build.attempts == attempts
    finally:
        other.leave()


def test_an_error_while_following_ends_the_worker_and_the_build(
    store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: object, event: object) -> None:
        raise RuntimeError("database is locked")

    monkeypatch.setattr(run.BuildRun, "_follow", fail)
    build = create(store, DATA.format(pin=""))
    assert build.state is BuildState.FAILED
    spare = store.supervisor._spare
    workers = [line for line in processes_of(store.layout.root) if "builds.worker" in line]
    assert len(workers) <= (1 if spare else 0)


def test_a_failed_publication_leaves_the_link_where_it_was(
    store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(store, DATA.format(pin=" =1.0"))
    [link] = visible(store.layout)
    before = link.readlink()

    def fail(*arguments: object, **more: object) -> None:
        raise RuntimeError("no space for an event")

    with monkeypatch.context() as patch:
        patch.setattr(publication.events, "emit", fail)
        with pytest.raises(RuntimeError), store.database.write() as session:
            point_in_transaction(session, link, Path("/elsewhere"))
            publication.events.emit(session)
    assert link.readlink() == before


def test_a_version_whose_files_are_gone_cannot_become_current(store: OpenStore) -> None:
    create(store, DATA.format(pin=" =1.0"))
    shown = store.services.versions.show(ANNA, "anna", "data", "1")
    prefix = Path(str(shown.prefix))
    prefix.rename(store.layout.trash / "gone")
    with pytest.raises(Conflict, match="not ready"):
        store.services.environments.update(ANNA, "anna", "data", EnvironmentUpdate(current=1))
    build_id = store.services.versions.rebuild(ANNA, "anna", "data", "1")
    assert ended(store, build_id).state is BuildState.READY
    assert prefix.is_dir()


def test_layers_of_strange_names_do_not_keep_a_store_from_opening(
    tmp_path: Path, channel_url: str
) -> None:
    root = tmp_path / "store"
    for name in ("worker", "worker.lock", "-", "1-abcdefgh23456789-0"):
        (root / "workers" / name).mkdir(parents=True)
    store = OpenStore(StoreOptions(root=root, default_channels=[channel_url]))
    try:
        assert (root / "workers" / "worker").is_dir()
        assert not (root / "workers" / "1-abcdefgh23456789-0").exists()
    finally:
        store.close()


def test_a_log_line_longer_than_a_part_stops_nobody(store: OpenStore) -> None:
    build = create(store, DATA.format(pin=""))
    with store.layout.log(build.id).open("ab") as log:
        log.write(b'{"kind":"log","line":"' + b"x" * 2_000_000 + b'"}\n')
        log.write(b'{"kind":"log","time":1,"line":"after"}\n')
    offset, lines = 0, []
    for _ in range(20):
        part = store.services.builds.log(ANNA, build.id, offset)
        lines += [event.line for event in part.events if event.kind == "log"]
        if part.complete:
            break
        assert part.next_offset > offset
        offset = part.next_offset
    assert lines[-1] == "after"


def test_a_lockfile_is_no_consent_to_its_own_scripts(store: OpenStore) -> None:
    create(
        store,
        "name: scripted\ndependencies: [terrarium-postlink]\n",
        run_link_scripts=["terrarium-postlink"],
    )
    text = store.services.versions.lockfile(ANNA, "anna", "scripted", "1")
    made = store.services.environments.create(ANNA, EnvironmentCreate(name="copy", lockfile=text))
    assert made.latest_version.run_link_scripts == []
    agreed = store.services.environments.create(
        ANNA,
        EnvironmentCreate(name="agreed", lockfile=text, run_link_scripts=["terrarium-postlink"]),
    )
    first = store.services.versions.show(ANNA, "anna", "scripted", "1")
    assert agreed.latest_version.lock_digest == first.lock_digest


def test_repairing_an_old_version_does_not_undo_a_roll_back(store: OpenStore) -> None:
    create(store, DATA.format(pin=" =1.0"))
    made = store.services.versions.create(
        ANNA, "anna", "data", VersionCreate(specification=DATA.format(pin=" =2.0"))
    )
    assert made.build is not None
    ended(store, made.build.id)
    store.services.environments.update(ANNA, "anna", "data", EnvironmentUpdate(current=1))
    ended(store, store.services.versions.rebuild(ANNA, "anna", "data", "2"))
    assert store.services.environments.show(ANNA, "anna", "data").current == 1
