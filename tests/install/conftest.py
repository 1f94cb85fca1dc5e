"""Fixtures of the tests of the installing half: channels, roots, one real environment."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from install_help import Outcome, build, solve_lock

from jupyterlab_terrarium.builds.sandbox import probe
from jupyterlab_terrarium.models.lock import Lock


@pytest.fixture
def channel(tmp_path: Path) -> Path:
    """An empty directory for tiny packages."""
    return tmp_path / "channel"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A store's root that is not there yet."""
    return tmp_path / "store"


@pytest.fixture(scope="session")
def open_directory() -> Iterator[Path]:
    """A directory that other users may enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="terrarium-install-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="session")
def python_lock(channel_url: str) -> Lock:
    """A real environment: Python alone."""
    return solve_lock(channel_url, ["python"])


@pytest.fixture(scope="session")
def python_build(open_directory: Path, python_lock: Lock) -> Outcome:
    """:func:`python_lock`, built once; its root has everything cached for further builds."""
    return build(open_directory / "store", python_lock).ready()


@pytest.fixture(scope="session")
def enforced() -> tuple[str, ...]:
    """What the sandbox can enforce on this machine."""
    return probe()
