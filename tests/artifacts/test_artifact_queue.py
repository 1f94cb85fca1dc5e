"""Artifacts that wait, are cancelled, outlive their maker, and go when nobody takes them."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from jupyterlab_terrarium.access.principals import Principal
from jupyterlab_terrarium.models.artifact import Artifact, ArtifactChoice, ArtifactState
from jupyterlab_terrarium.models.policy import Retention
from jupyterlab_terrarium.models.problem import Conflict, Forbidden, NotFound, QueueFull
from jupyterlab_terrarium.services.artifacts import MAX_UNDER_WAY
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from jupyterlab_terrarium.store import artifacts
from jupyterlab_terrarium.store.artifact_tables import ArtifactRow
from jupyterlab_terrarium.store.tables import NamespaceRow, VersionRow
from jupyterlab_terrarium.store.team_tables import MemberRow
from support.builds import ANNA, DATA, create

FORM = "offline-bundle"
LONG_AGO = datetime(2020, 1, 1, tzinfo=timezone.utc)
WHICH = ("anna", "data", "1", FORM)


@pytest.fixture
def channel(tmp_path: Path, channel_url: str) -> Path:
    """A channel of our own: its files may change."""
    source = Path(unquote(urlsplit(channel_url).path))
    return Path(shutil.copytree(source, tmp_path / "channel", copy_function=os.link))


@pytest.fixture
def open_store(tmp_path: Path, channel: Path) -> Iterator[Callable[..., OpenStore]]:
    """Opens the store of this test, with its environment anna/data; closed in the end."""
    opened: list[OpenStore] = []
    options = StoreOptions(root=tmp_path / "store", default_channels=[channel.as_uri()])

    def open_it(*, builds: bool = True) -> OpenStore:
        while opened:
            opened.pop().close()
        opened.append(OpenStore(options, builds=builds))
        return opened[0]

    create(open_it(), DATA.format(pin=""))
    yield open_it
    open_it(builds=False).close()


def make(store: OpenStore, who: Principal = ANNA, **options: object) -> Artifact:
    choice = ArtifactChoice.model_validate(options)
    return store.services.artifacts.make(who, *WHICH, choice)


def now(store: OpenStore) -> Artifact | None:
    page = store.services.artifacts.forms(ANNA, *WHICH[:3])
    [form] = [one for one in page.items if one.form == FORM]
    return form.artifacts[0] if form.artifacts else None


def until(store: OpenStore, *states: ArtifactState) -> Artifact:
    end = time.monotonic() + 60
    while True:
        found = now(store)
        assert found is not None and time.monotonic() < end, found
        if found.state in states:
            return found
        time.sleep(0.02)


def cancel(store: OpenStore, who: Principal = ANNA) -> None:
    store.services.artifacts.cancel(who, *WHICH, ArtifactChoice())


def test_what_waits_can_be_cancelled_and_asked_for_again(
    open_store: Callable[..., OpenStore],
) -> None:
    store = open_store(builds=False)
    first = make(store)
    assert first.state is ArtifactState.QUEUED
    with pytest.raises(Conflict, match="still being made"):
        store.services.artifacts.file(ANNA, *WHICH, ArtifactChoice())
    cancel(store)
    found = now(store)
    assert found is not None and found.state is ArtifactState.CANCELLED
    with pytest.raises(Conflict, match="not being made"):
        cancel(store)
    assert make(store).id == first.id
    until(open_store(), ArtifactState.READY)


def test_what_is_being_made_ends_at_once_when_it_is_cancelled(
    open_store: Callable[..., OpenStore], channel: Path
) -> None:
    store = open_store()
    shutil.rmtree(store.layout.blobs)
    [package] = channel.glob("*/terrarium-data-*2*.conda")
    package.unlink()
    # Whoever reads it waits for ever.
    os.mkfifo(package)
    make(store)
    until(store, ArtifactState.MAKING)
    cancel(store)
    until(store, ArtifactState.CANCELLED)
    end = time.monotonic() + 20
    while any(entry.is_dir() for entry in store.layout.workers.glob("*/*")):
        assert time.monotonic() < end, "its worker goes on"
        time.sleep(0.02)


def test_what_a_dead_server_was_making_is_made_by_the_next(
    open_store: Callable[..., OpenStore],
) -> None:
    store = open_store(builds=False)
    asked = make(store)
    with store.database.write() as session:
        row = artifacts.claim(session, "1-aaaaaaaaaaaaaaaa")
        assert row is not None and row.id == asked.id
    found = now(store)
    assert found is not None and found.state is ArtifactState.MAKING
    until(open_store(), ArtifactState.READY)


def test_what_ends_every_server_is_given_up(open_store: Callable[..., OpenStore]) -> None:
    store = open_store(builds=False)
    make(store)
    with store.database.write() as session:
        row = artifacts.claim(session, "1-aaaaaaaaaaaaaaaa")
        assert row is not None
        row.attempts = 3
    found = until(open_store(), ArtifactState.FAILED)
    assert found.problem is not None and "3 times" in found.problem.detail


def test_a_file_that_cannot_be_fetched_is_said_with_its_reason(
    open_store: Callable[..., OpenStore], channel: Path
) -> None:
    store = open_store()
    shutil.rmtree(store.layout.blobs)
    for package in channel.glob("*/terrarium-data-*.conda"):
        package.unlink()
    make(store)
    found = until(store, ArtifactState.FAILED)
    assert found.problem is not None and found.problem.code == "package-missing"
    with pytest.raises(Exception, match="terrarium-data") as raised:
        store.services.artifacts.file(ANNA, *WHICH, ArtifactChoice())
    assert getattr(raised.value, "code", "") == "package-missing"


def test_whoever_has_the_fewest_made_is_next(open_store: Callable[..., OpenStore]) -> None:
    store = open_store(builds=False)
    first = make(store)
    with store.database.write() as session:
        version = session.get_one(VersionRow, session.get_one(ArtifactRow, first.id).version_id)
        for key, user in (("a", "anna"), ("b", "berta")):
            queue(session, version, key, user)
        claimed = [artifacts.claim(session, "somebody") for _ in range(3)]
    assert [one and one.requested_by for one in claimed] == ["anna", "berta", "anna"]


def test_nobody_has_more_made_than_so_many(open_store: Callable[..., OpenStore]) -> None:
    store = open_store(builds=False)
    first = make(store)
    with store.database.write() as session:
        row = session.get_one(ArtifactRow, first.id)
        version = session.get_one(VersionRow, row.version_id)
        for number in range(MAX_UNDER_WAY):
            queue(session, version, f"key-{number}", "anna")
        artifacts.end(session, row, ArtifactState.CANCELLED)
    with pytest.raises(QueueFull):
        make(store)


def queue(session: Session, version: VersionRow, key: str, user: str) -> None:
    artifacts.queue(
        session,
        key=key,
        version=version,
        form=FORM,
        platform="linux-64",
        options={},
        file_name="x",
        media_type="application/x-tar",
        user=user,
    )


def test_others_cancel_only_what_they_may_build(open_store: Callable[..., OpenStore]) -> None:
    store = open_store(builds=False)
    with store.database.write() as session:
        namespace = session.scalars(select(NamespaceRow)).one()
        for name, role in (("viewer", "viewer"), ("editor", "editor")):
            session.add(
                MemberRow(
                    namespace_id=namespace.id,
                    kind="user",
                    subject=name,
                    role=role,
                    created_by="anna",
                )
            )
    viewer, editor = Principal("viewer"), Principal("editor")
    with pytest.raises(NotFound):
        make(store, Principal("stranger"))
    make(store)
    with pytest.raises(Forbidden):
        cancel(store, viewer)
    cancel(store, editor)
    make(store, viewer)
    cancel(store, viewer)


def test_clean_up_removes_what_nobody_has_taken_lately(
    open_store: Callable[..., OpenStore],
) -> None:
    store = open_store()
    make(store)
    found = until(store, ArtifactState.READY)
    blob = store.layout.blob(found.sha256)
    kept = {one.name for one in store.layout.blobs.glob("sha256/*/*")} - {blob.name}
    report = store.services.cleanup.report(ANNA)
    assert not {item.kind for item in report.items} & {"artifact", "kept-package"}

    object.__setattr__(store.context.policy, "retention", Retention(artifact_days=1))
    with store.database.write() as session:
        session.get_one(ArtifactRow, found.id).finished = LONG_AGO
    os.utime(blob, (1, 1))
    # To take it is to use it.
    store.services.artifacts.file(ANNA, *WHICH, ArtifactChoice())
    assert "artifact" not in {item.kind for item in store.services.cleanup.report(ANNA).items}

    os.utime(blob, (1, 1))
    report = store.services.cleanup.report(ANNA)
    [item] = [item for item in report.items if item.kind == "artifact"]
    assert (item.shown, item.size) == (found.file_name, found.size)
    store.services.cleanup.apply(ANNA, report.id)
    assert not blob.exists() and now(store) is None
    assert {one.name for one in store.layout.blobs.glob("sha256/*/*")} == kept


def test_an_environment_that_is_purged_takes_its_artifacts_along(
    open_store: Callable[..., OpenStore],
) -> None:
    store = open_store()
    make(store)
    until(store, ArtifactState.READY)
    store.services.environments.delete(ANNA, "anna", "data")
    object.__setattr__(store.context.policy, "retention", Retention(deleted_days=0))
    store.services.cleanup.apply(ANNA, store.services.cleanup.report(ANNA).id)
    with store.database.read() as session:
        assert session.scalars(select(ArtifactRow)).all() == []
