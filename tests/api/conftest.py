"""Both hosts of the same handlers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from support.http import Client
from support.servers import JupyterProcess, StandaloneServer


@pytest.fixture(scope="session")
def standalone(
    tmp_path_factory: pytest.TempPathFactory, channel_url: str
) -> Iterator[StandaloneServer]:
    """The plain host with two users: anna and berta."""
    home: Path = tmp_path_factory.mktemp("standalone")
    patch = pytest.MonkeyPatch()
    patch.setenv("JUPYTER_DATA_DIR", str(home / "data"))
    store = OpenStore(StoreOptions(root=home / "store", default_channels=[channel_url]))
    server = StandaloneServer(store.services, {"t-anna": "anna", "t-berta": "berta"}).start()
    yield server
    server.stop()
    store.close()
    patch.undo()


@pytest.fixture(params=["jupyter", "standalone"])
def client(
    request: pytest.FixtureRequest, jupyter_server: JupyterProcess, standalone: StandaloneServer
) -> Client:
    """An authenticated client of either host."""
    return jupyter_server.client if request.param == "jupyter" else standalone.client("t-anna")
