"""A team store, and a Jupyter server that is connected to it over a Unix socket."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyterlab_terrarium.store.paths import mirror_root
from support.builds import seed
from support.served import ServedProcess
from support.servers import JupyterProcess


@pytest.fixture(scope="package")
def team(channel_url: str, warm_root: Path) -> Iterator[ServedProcess]:
    """The team store."""
    with tempfile.TemporaryDirectory(prefix="terrarium-") as directory:
        home = Path(directory)
        seed(home / "store", warm_root)
        store = ServedProcess(home, channel_url).start()
        yield store
        if store.process is not None:
            store.stop()


@pytest.fixture(scope="package")
def mine(
    tmp_path_factory: pytest.TempPathFactory,
    team: ServedProcess,
    channel_url: str,
    warm_root: Path,
) -> Iterator[JupyterProcess]:
    """A server that is connected to it."""
    home = tmp_path_factory.mktemp("connected")
    seed(mirror_root(home / "root", team.url), warm_root)
    server = JupyterProcess(
        home, home / "root", channel_url, f"--TerrariumSettings.store_url={team.url}"
    )
    yield server.start()
    server.stop()
