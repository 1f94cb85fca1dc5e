"""Stores that the tests of faults break, made once."""

from __future__ import annotations

import pytest

from faults.stages import Stages


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Stages:
    """Two stores with some history."""
    return Stages(tmp_path_factory.mktemp("stages"))
