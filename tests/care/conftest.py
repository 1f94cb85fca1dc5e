"""One real environment for all tests of a module, which leave it as they found it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from damage import prefix_of, verify

from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from support.builds import KERNEL, create, seed


@pytest.fixture(scope="module")
def shared_store(
    tmp_path_factory: pytest.TempPathFactory, channel_url: str, warm_root: Path
) -> Iterator[OpenStore]:
    """A store with anna's environment `kernel`, a Python with a kernel."""
    home = tmp_path_factory.mktemp("cared")
    seed(home / "store", warm_root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_DATA_DIR", str(home / "data"))
        store = OpenStore(StoreOptions(root=home / "store", default_channels=[channel_url]))
        assert create(store, KERNEL).problem is None
        yield store
        store.close()


@pytest.fixture
def kernel(shared_store: OpenStore) -> Iterator[Path]:
    """The prefix of that environment; what a test does to it is undone."""
    yield prefix_of(shared_store, "kernel")
    assert verify(shared_store, "kernel", repair=True).differences == 0
