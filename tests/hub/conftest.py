"""One JupyterHub for all tests here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.builds import seed
from support.hub import Hub


@pytest.fixture(scope="package")
def hub(
    tmp_path_factory: pytest.TempPathFactory, channel_url: str, warm_root: Path
) -> Iterator[Hub]:
    """Its store has packages already."""
    found = Hub(tmp_path_factory.mktemp("hub"), channel_url)
    seed(found.store_root, warm_root)
    yield found.start()
    found.stop()
