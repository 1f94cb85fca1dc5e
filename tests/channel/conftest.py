"""The shared channel, and a prefix installed from it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from channel_help import install_from

from jupyterlab_terrarium.conda.channel_maker.cached import ensure_cached_channel


@pytest.fixture(scope="session")
def channel() -> Path:
    """The channel of the demo and the tests."""
    return ensure_cached_channel()


@pytest.fixture(scope="session")
def prefix(channel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notebook environment, installed from the shared channel."""
    path = tmp_path_factory.mktemp("installed") / "prefix"
    wanted = "python ipykernel numpy pandas matplotlib bash_kernel pip"
    mine = "terrarium-activate terrarium-data terrarium-postlink"
    install_from(channel, path, *wanted.split(), *mine.split())
    return path


@pytest.fixture
def private_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache for one test."""
    path = tmp_path / "cache"
    monkeypatch.setenv("JUPYTERLAB_TERRARIUM_CACHE", str(path))
    return path


@pytest.fixture
def wheels(tmp_path: Path) -> Callable[..., list[str]]:
    """Requirement lines that take everything from a directory of hand-made wheels."""

    def lines(*requirements: str) -> list[str]:
        return ["--no-index", f"--find-links {tmp_path / 'wheels'}", *requirements]

    return lines
