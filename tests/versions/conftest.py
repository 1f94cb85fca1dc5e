"""A store that builds, without package files: the environments here are small."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions


@pytest.fixture
def store(tmp_path: Path, channel_url: str) -> Iterator[OpenStore]:
    opened = OpenStore(StoreOptions(root=tmp_path / "store", default_channels=[channel_url]))
    yield opened
    opened.close()
