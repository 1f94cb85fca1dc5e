"""Fixtures that all tests share: a channel of real packages, stores, servers."""

from __future__ import annotations

import compileall
import itertools
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

import jupyterlab_terrarium
from jupyterlab_terrarium.conda.channel_maker.cached import ensure_cached_channel
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from support.builds import seed
from support.servers import JupyterProcess
from support.waiting import wait_for_build

# A shell that starts us in the background has SIGINT ignored, and what we start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Byte code of what is under test: hundreds of processes are started, none need compile it.

    They cannot keep it themselves where PYTHONDONTWRITEBYTECODE is set.
    """
    if not hasattr(session.config, "workerinput"):
        compileall.compile_dir(Path(jupyterlab_terrarium.__file__).parent, quiet=2)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files go first: of two workers, none is left with one of them at the end."""
    items.sort(key=lambda item: item.path.parent.name != "faults")


@pytest.fixture(scope="session")
def channel_url() -> str:
    """A local channel of real packages, made once and cached."""
    return ensure_cached_channel().as_uri()


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where to make directories. pytest itself looks through all of its own for each new one."""
    base = tmp_path_factory.mktemp("homes")
    return (base / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def own_jupyter_directories(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes the user's own Jupyter directories."""
    home = next(homes)
    home.mkdir()
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(home / "data"))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(home / "config"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(home / "runtime"))
    return home


@pytest.fixture(scope="session")
def warm_root(tmp_path_factory: pytest.TempPathFactory, channel_url: str) -> Path:
    """A store that has fetched and compiled the packages that most tests use."""
    home = tmp_path_factory.mktemp("warm")
    server = JupyterProcess(home, home / "store", channel_url).start()
    text = "name: warm\ndependencies: [python, ipykernel, numpy, terrarium-big, pip]\n"
    try:
        made = server.client.post("environments", {"specification": text})
        # Nothing is fetched or compiled yet, and the machine may be busy: no measure of speed.
        built = wait_for_build(server.client, made.json["build"]["id"], seconds=300)
        assert built["state"] == "ready", built
    finally:
        server.stop()
    return home / "store"


@pytest.fixture
def store(tmp_path: Path, channel_url: str, warm_root: Path) -> Iterator[OpenStore]:
    """A store that builds; it has no environment yet."""
    seed(tmp_path / "store", warm_root)
    opened = OpenStore(StoreOptions(root=tmp_path / "store", default_channels=[channel_url]))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def jupyter_server(
    tmp_path_factory: pytest.TempPathFactory, channel_url: str
) -> Iterator[JupyterProcess]:
    """One Jupyter server with the extension, for tests that only use it."""
    home = tmp_path_factory.mktemp("server")
    server = JupyterProcess(home, home / "store", channel_url).start()
    yield server
    server.stop()
