"""One store with anna's environments, and a server that knows her and three others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from share_help import Person

from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from support.builds import DATA, KERNEL, create, seed, two_versions
from support.servers import StandaloneServer

GONE = DATA.format(pin=" =1") + "variables:\n  OWN: files\n"
PEOPLE = {"t-anna": "anna", "t-berta": "berta", "t-carl": "carl", "t-dora": "dora"}


@pytest.fixture(scope="session")
def lending_store(
    tmp_path_factory: pytest.TempPathFactory, channel_url: str, warm_root: Path
) -> Iterator[OpenStore]:
    """A store with anna's `data`, in two versions, and `kernel`, which has a kernel."""
    home = tmp_path_factory.mktemp("lending")
    seed(home / "store", warm_root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_DATA_DIR", str(home / "data"))
        store = OpenStore(StoreOptions(root=home / "store", default_channels=[channel_url]))
        two_versions(store)
        assert create(store, KERNEL).problem is None
        assert create(store, DATA.format(pin=" =1"), name="other").problem is None
        assert create(store, GONE, name="gone").problem is None
        yield store
        store.close()


@pytest.fixture(scope="session")
def server(lending_store: OpenStore) -> Iterator[StandaloneServer]:
    """The plain host over that store."""
    server = StandaloneServer(lending_store.services, PEOPLE).start()
    yield server
    server.stop()


@pytest.fixture
def anna(server: StandaloneServer) -> Person:
    return Person(server.client("t-anna"))


@pytest.fixture
def berta(server: StandaloneServer) -> Person:
    return Person(server.client("t-berta"))


@pytest.fixture
def carl(server: StandaloneServer) -> Person:
    return Person(server.client("t-carl"))


@pytest.fixture
def dora(server: StandaloneServer) -> Person:
    """Nobody has ever given her anything."""
    return Person(server.client("t-dora"))
