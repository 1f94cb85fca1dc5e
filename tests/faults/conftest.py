"""Stores that the tests of faults break, made once."""

from __future__ import annotations

import pytest

from faults.operations import Operation
from faults.snake import snake_locks
from faults.stages import Stages


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Stages:
    """Two stores with some history."""
    return Stages(tmp_path_factory.mktemp("stages"))


@pytest.fixture(scope="session")
def snakes(tmp_path_factory: pytest.TempPathFactory, channel_url: str) -> Stages:
    """Two stores with a real Python."""
    home = tmp_path_factory.mktemp("snakes")
    locks = snake_locks(home / "channel", channel_url)
    return Stages(home, locks, [Operation("create", "one", 1)])
