"""Fixtures that all tests share: a channel of real packages, stores, servers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyterlab_terrarium.conda.channel_maker.cached import ensure_cached_channel
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from support.servers import JupyterProcess


@pytest.fixture(scope="session")
def channel_url() -> str:
    """A local channel of real packages, made once and cached."""
    return ensure_cached_channel().as_uri()


@pytest.fixture(autouse=True)
def own_jupyter_directories(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """No test reads or writes the user's own Jupyter directories."""
    home = tmp_path_factory.mktemp("jupyter")
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(home / "data"))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(home / "config"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(home / "runtime"))
    return home


@pytest.fixture
def store(tmp_path: Path, channel_url: str) -> Iterator[OpenStore]:
    """An empty store that builds."""
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
