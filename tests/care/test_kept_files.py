"""For years: versions are built from what was kept when their channels are gone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from damage import prefix_of

from jupyterlab_terrarium.models.build import BuildState
from jupyterlab_terrarium.models.policy import Policy, Retention
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from jupyterlab_terrarium.store.tables import PackageFileRow
from support.builds import ANNA, DATA, create, ended
from support.wheels import make_wheel


@pytest.fixture
def channel(tmp_path: Path, channel_url: str) -> Path:
    """A channel of this test's own, which it may delete: linked."""
    source = Path(unquote(urlsplit(channel_url).path))
    target = tmp_path / "channel"
    for file in source.rglob("*"):
        if file.is_file():
            copy = target / file.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            os.link(file, copy)
    return target


@pytest.fixture
def store(tmp_path: Path, channel: Path) -> Iterator[OpenStore]:
    store = OpenStore(StoreOptions(root=tmp_path / "store", default_channels=[channel.as_uri()]))
    yield store
    store.close()


def forget_everything(store: OpenStore, channel: Path) -> None:
    """The channel, the caches and the files of the environment are gone."""
    shutil.rmtree(channel)
    for directory in (store.layout.packages, store.layout.prefixes, store.layout.wheels):
        shutil.rmtree(directory)
        directory.mkdir()


def rebuild(store: OpenStore) -> BuildState:
    build = store.services.versions.rebuild(ANNA, "anna", "data", "1")
    return ended(store, build).state


def test_a_version_is_rebuilt_without_its_channel(store: OpenStore, channel: Path) -> None:
    create(store, DATA.format(pin=""))
    prefix = prefix_of(store, "data")
    manifest = (prefix / ".terrarium/manifest.json").read_bytes()
    forget_everything(store, channel)
    assert rebuild(store) is BuildState.READY
    assert (prefix / ".terrarium/manifest.json").read_bytes() == manifest
    with store.database.read() as session:
        [row] = session.query(PackageFileRow).all()
    assert (row.kind, row.size) == ("conda", store.layout.blob(row.sha256).stat().st_size)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """A package index of this test's own with one wheel, `kept-for-years`."""
    make_wheel(tmp_path / "index", "kept-for-years", "1.0")
    return tmp_path / "index"


def pip_section(index: Path) -> str:
    lines = [f"--find-links {index}", "kept-for-years"]
    return DATA.format(pin="") + "  - python\n  - pip:\n" + "".join(f"    - {x}\n" for x in lines)


def test_a_version_with_a_wheel_is_rebuilt_without_its_index(
    store: OpenStore, channel: Path, index: Path
) -> None:
    built = create(store, pip_section(index))
    assert built.state is BuildState.READY, built.problem
    prefix = prefix_of(store, "data")
    manifest = (prefix / ".terrarium/manifest.json").read_bytes()
    shutil.rmtree(index)
    shutil.rmtree(store.layout.uv_cache, ignore_errors=True)
    forget_everything(store, channel)
    assert rebuild(store) is BuildState.READY
    assert (prefix / ".terrarium/manifest.json").read_bytes() == manifest
    with store.database.read() as session:
        assert {row.kind for row in session.query(PackageFileRow)} == {"conda", "pip"}


def test_a_kept_file_that_was_altered_is_not_used(store: OpenStore, channel: Path) -> None:
    create(store, DATA.format(pin=""))
    [blob] = store.layout.blobs.glob("sha256/*/*")
    blob.write_bytes(b"something else")
    forget_everything(store, channel)
    assert rebuild(store) is BuildState.FAILED
    assert not blob.exists()


def test_the_files_of_versions_that_are_gone_are_not_kept(store: OpenStore) -> None:
    create(store, DATA.format(pin=""))
    [blob] = store.layout.blobs.glob("sha256/*/*")
    assert "kept-package" not in {item.kind for item in store.services.cleanup.report(ANNA).items}
    object.__setattr__(
        store.context.policy, "retention", Retention(package_files=False, cache_days=0)
    )
    os.utime(blob, (1, 1))
    report = store.services.cleanup.report(ANNA)
    assert [item.name for item in report.items if item.kind == "kept-package"] == [
        blob.relative_to(store.layout.root).as_posix()
    ]
    store.services.cleanup.apply(ANNA, report.id)
    assert not blob.exists()
    with store.database.read() as session:
        assert session.query(PackageFileRow).count() == 0


def test_wheels_that_were_here_before_are_kept_by_the_next_clean_up(
    tmp_path: Path, channel: Path, index: Path
) -> None:
    options = StoreOptions(root=tmp_path / "later", default_channels=[channel.as_uri()])
    before = replace(options, policy=Policy(retention=Retention(package_files=False)))
    store = OpenStore(before)
    try:
        built = create(store, pip_section(index))
        assert built.state is BuildState.READY, built.problem
        store.services.cleanup.apply(ANNA, store.services.cleanup.report(ANNA).id)
        assert list(store.layout.blobs.iterdir()) == []
    finally:
        store.close()
    store = OpenStore(options)
    try:
        [wheel] = store.layout.wheels.glob("*/*.whl")
        for _ in range(2):
            store.services.cleanup.apply(ANNA, store.services.cleanup.report(ANNA).id)
            [blob] = store.layout.blobs.glob("sha256/*/*")
            assert (blob.name, blob.read_bytes()) == (wheel.parent.name, wheel.read_bytes())
        with store.database.read() as session:
            [row] = session.query(PackageFileRow).all()
        assert (row.kind, row.file_name) == ("pip", wheel.name)
        # What is not what its name says is not kept.
        blob.unlink()
        wheel.unlink()
        wheel.write_bytes(b"something else")
        store.services.cleanup.apply(ANNA, store.services.cleanup.report(ANNA).id)
        assert list(store.layout.blobs.glob("sha256/*/*")) == []
    finally:
        store.close()


def test_a_store_may_keep_none(tmp_path: Path, channel: Path) -> None:
    policy = Policy(retention=Retention(package_files=False))
    options = StoreOptions(
        root=tmp_path / "other", default_channels=[channel.as_uri()], policy=policy
    )
    store = OpenStore(options)
    try:
        create(store, DATA.format(pin=""))
        assert list(store.layout.blobs.iterdir()) == []
    finally:
        store.close()
