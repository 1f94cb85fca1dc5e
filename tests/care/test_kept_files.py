"""For years: versions are built from what was kept when their channels are gone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from damage import prefix_of

from builds.ahead_help import Channel, when
from engine.engine_help import serve_files, web_server
from jupyterlab_terrarium.builds import catch_up, supervisor
from jupyterlab_terrarium.models.build import BuildState
from jupyterlab_terrarium.models.policy import Policy, Retention
from jupyterlab_terrarium.services import checks
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from jupyterlab_terrarium.store import unkept
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


Reopened = Callable[..., OpenStore]


@pytest.fixture
def reopened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reopened]:
    """Opens the store of the test; what was not kept is caught up with at once."""
    monkeypatch.setattr(supervisor, "_IDLE_ROUNDS", 0)
    monkeypatch.setattr(catch_up, "LOOK_SECONDS", 0.0)
    stores: list[OpenStore] = []

    def start(url: str, *, keep: bool, **policy: int) -> OpenStore:
        for store in stores:
            store.close()
        rules = {"retention": Retention(package_files=keep), "disk_reserve": 0, **policy}
        root, rules = tmp_path / "store", Policy.model_validate(rules)
        stores.append(OpenStore(StoreOptions(root=root, default_channels=[url], policy=rules)))
        return stores[-1]

    yield start
    for store in stores:
        store.close()


@pytest.fixture
def web(channel: Path) -> Iterator[Channel]:
    """The channel of this test over HTTP, which can be made to wait."""
    found = Channel(channel)
    found.open.set()
    with web_server(found.answer) as server:
        found.web = server
        yield found
        found.open.set()


def kept(store: OpenStore) -> set[str]:
    return {blob.name for blob in store.layout.blobs.glob("sha256/*/*")}


def files(store: OpenStore, name: str = "data") -> set[str]:
    [part] = store.services.versions.lock(ANNA, "anna", name, "1").platforms
    return {file.sha256 for file in part.files}


def rounds(store: OpenStore, count: int) -> None:
    """Let the supervisor look so often whether something is to be caught up with."""
    catching, seen = store.supervisor.catch_up, []
    original = catching.step

    def step() -> None:
        original()
        seen.append(catching.working)

    catching.step = step
    when(store, lambda: len(seen) >= count)
    assert not any(seen)


def everything_is_kept(store: OpenStore, name: str = "data") -> None:
    when(store, lambda: kept(store) == files(store, name) and not store.supervisor.catch_up.working)


def test_what_was_built_before_the_setting_is_kept_and_rebuilt_without_its_channel(
    reopened: Reopened, channel: Path, index: Path
) -> None:
    built = create(reopened(channel.as_uri(), keep=False), pip_section(index))
    assert built.state is BuildState.READY, built.problem
    store = reopened(channel.as_uri(), keep=True)
    assert kept(store) == set()
    prefix = prefix_of(store, "data")
    manifest = (prefix / ".terrarium/manifest.json").read_bytes()
    cached = {path: path.stat().st_ino for path in store.layout.packages.iterdir()}
    everything_is_kept(store)
    assert {path: path.stat().st_ino for path in store.layout.packages.iterdir()} == cached
    with store.database.read() as session:
        assert {row.sha256 for row in session.query(PackageFileRow)} == files(store)
    shutil.rmtree(index)
    shutil.rmtree(store.layout.uv_cache, ignore_errors=True)
    forget_everything(store, channel)
    assert rebuild(store) is BuildState.READY
    assert (prefix / ".terrarium/manifest.json").read_bytes() == manifest


def test_it_ends_at_once_for_a_build_and_goes_on_afterwards(
    reopened: Reopened, web: Channel
) -> None:
    create(reopened(web.web.url, keep=False), DATA.format(pin=""))
    web.fetched.clear()
    web.held.clear()
    web.slow = "terrarium-data"
    web.open.clear()
    store = reopened(web.web.url, keep=True)
    assert web.held.wait(30)
    assert create(store, "name: big\ndependencies: [terrarium-big]").state is BuildState.READY
    assert not files(store) & kept(store), "it still waits for the channel, and nobody for it"
    web.open.set()
    when(store, lambda: files(store) <= kept(store))
    assert store.services.verification.verify(ANNA, "anna", "data", "1", repair=False)


@pytest.mark.parametrize("wrong", ["gone", "another file"])
def test_what_its_channel_has_no_more_is_said_and_not_asked_for_again(
    reopened: Reopened, web: Channel, wrong: str
) -> None:
    create(reopened(web.web.url, keep=False), DATA.format(pin=""))
    [file] = web.directory.rglob("terrarium-data-2*.conda")
    original = file.read_bytes()
    file.unlink()
    if wrong == "another file":
        file.write_bytes(original[:-1] + b"?")
    web.fetched.clear()
    store = reopened(web.web.url, keep=True)
    when(store, lambda: unkept.notes(store.layout) != [] and not store.supervisor.catch_up.working)
    # A restart remembers it as well.
    store = reopened(web.web.url, keep=True)
    rounds(store, 3)
    assert web.fetched == [file.name]
    [told] = store.services.cleanup.report(ANNA).unkept
    assert (told.file_name, told.version) == (file.name, "anna/data@1")
    assert ("no longer has" if wrong == "gone" else "not the file that the lock names") in told.why
    options = StoreOptions(root=store.layout.root)
    [check] = checks.kept_files(options)
    assert check.state == "warning" and f"{file.name} (anna/data@1)" in check.message
    # A day later it is asked for again.
    file.unlink(missing_ok=True)
    file.write_bytes(original)
    [note] = store.layout.unkept.iterdir()
    os.utime(note, (1, 1))
    everything_is_kept(store)
    assert store.services.cleanup.report(ANNA).unkept == []
    assert list(checks.kept_files(options)) == []


def test_a_server_that_does_not_answer_is_no_answer(reopened: Reopened, channel: Path) -> None:
    with web_server(serve_files(channel)) as web:
        create(reopened(web.url, keep=False), DATA.format(pin=""))
    # Nobody listens there any more.
    store = reopened(web.url, keep=True)
    catching = store.supervisor.catch_up
    when(store, lambda: any(rest.attempts for rest in catching._hosts.values()))
    assert unkept.notes(store.layout) == []
    assert store.services.cleanup.report(ANNA).unkept == []


@pytest.mark.parametrize("policy", [{"keep": False}, {"keep": True, "disk_reserve": 1 << 60}])
def test_nothing_is_fetched_when_that_is_off_or_the_disk_is_low(
    reopened: Reopened, web: Channel, policy: dict[str, int]
) -> None:
    create(reopened(web.web.url, keep=False), DATA.format(pin=""))
    web.fetched.clear()
    store = reopened(web.web.url, **policy)
    rounds(store, 3)
    assert web.fetched == []
