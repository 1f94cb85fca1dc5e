"""What a running kernel runs, whatever is current now: what a notebook's record says (C4.1)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyterlab_terrarium.access.principals import Principal
from jupyterlab_terrarium.models.build import BuildState
from jupyterlab_terrarium.models.problem import NotFound
from jupyterlab_terrarium.models.record import NotebookRecord
from jupyterlab_terrarium.services.opening import OpenStore
from support.builds import ANNA, KERNEL, create, next_version

from .sessions import Session

SECOND = KERNEL + "variables:\n  SECOND: version\n"


@pytest.fixture
def ready(store: OpenStore) -> OpenStore:
    assert create(store, KERNEL).state is BuildState.READY
    return store


@pytest.fixture
def session(ready: OpenStore) -> Iterator[Session]:
    shown = ready.services.environments.show(ANNA, "anna", "kernel")
    running = Session(shown.kernels[0].name, {})
    yield running
    running.close()


def record(store: OpenStore, session: Session) -> NotebookRecord:
    identity = session.connection_file.stem.removeprefix("kernel-")
    return store.services.local.running(ANNA, identity).record


def test_a_kernel_keeps_its_version_when_another_one_becomes_current(
    ready: OpenStore, session: Session
) -> None:
    services = ready.services
    first = services.versions.show(ANNA, "anna", "kernel", "1")
    before = record(ready, session)
    assert before.model_dump() == {
        "environment": "anna/kernel",
        "version": 1,
        "lock_digest": first.lock_digest,
        "store": "",
        "scratch": False,
    }
    assert next_version(ready, "kernel", SECOND).state is BuildState.READY
    assert services.environments.show(ANNA, "anna", "kernel").current == 2
    assert record(ready, session) == before
    session.restart()
    after = record(ready, session)
    assert (after.version, after.lock_digest == first.lock_digest) == (2, False)


def test_a_scratch_layer_is_told(ready: OpenStore) -> None:
    layer = ready.services.scratches.create(ANNA, "anna", "kernel", "current")
    session = Session(layer.kernel, {})
    try:
        assert record(ready, session).scratch is True
    finally:
        session.close()


def test_nobody_else_learns_it_and_other_kernels_are_unknown(
    ready: OpenStore, session: Session
) -> None:
    identity = session.connection_file.stem.removeprefix("kernel-")
    for principal, kernel in ((Principal("ben"), identity), (ANNA, "x"), (ANNA, "../terrarium")):
        with pytest.raises(NotFound):
            ready.services.local.running(principal, kernel)


def test_notes_go_with_their_kernels(ready: OpenStore, session: Session) -> None:
    lost = ready.layout.running / "kernel-lost.json"
    lost.write_text('{"connection_file": "/nowhere/kernel-lost.json"}')
    session.restart()
    end = time.monotonic() + 30
    while lost.exists():
        assert time.monotonic() < end
        time.sleep(0.05)
    assert [Path(note).name for note in ready.layout.running.iterdir()] == [
        session.connection_file.name
    ]
