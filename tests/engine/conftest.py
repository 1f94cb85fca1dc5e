"""No test here touches the user's own credentials; each has a solver of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from engine_help import Solver, record, web_server, write_channel
from pip_help import Locking

from jupyterlab_terrarium.builds.solver_client import SolverClient
from jupyterlab_terrarium.conda.channels import ChannelConfig
from jupyterlab_terrarium.conda.pip_lock import lock_pip
from jupyterlab_terrarium.conda.specification import read_specification
from jupyterlab_terrarium.models.lock import PlatformLock


@pytest.fixture(autouse=True)
def auth_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config" / "credentials.json"
    monkeypatch.setenv("RATTLER_AUTH_FILE", str(path))
    monkeypatch.setenv("NETRC", str(tmp_path / "no-netrc"))
    return path


@pytest.fixture
def solver(tmp_path: Path) -> Solver:
    return Solver(tmp_path / "repodata-cache")


@pytest.fixture
def small_channel(tmp_path: Path) -> str:
    """Two Pythons, two numpys, and packages that want one or the other."""
    return write_channel(
        tmp_path / "small",
        [
            record("python", "3.11.0", subdir="linux-64"),
            record("python", "3.12.0", subdir="linux-64"),
            record("numpy", "1.20", "python"),
            record("numpy", "2.0", "python >=3.12"),
            record("pandas", "1.0", "numpy <2"),
            record("pandas", "2.0", "numpy >=2"),
            record("scipy", "1.0", "numpy >=2"),
            record("torch", "2.0", "__cuda >=12"),
        ],
    )


@pytest.fixture
def client(tmp_path: Path, channel_url: str) -> Iterator[SolverClient]:
    """A solver process on the channel of real packages."""
    one = SolverClient(tmp_path / "store", ChannelConfig(default_channels=[channel_url]))
    yield one
    one.close()


@pytest.fixture(scope="module")
def shared_client(
    tmp_path_factory: pytest.TempPathFactory, channel_url: str
) -> Iterator[SolverClient]:
    """One solver process for the tests of a module that leave it alive."""
    root = tmp_path_factory.mktemp("store")
    one = SolverClient(root, ChannelConfig(default_channels=[channel_url]))
    yield one
    one.close()


@pytest.fixture
def hanging() -> Iterator[str]:
    """A URL that takes a request and never answers."""
    release = threading.Event()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        release.wait(30)

    with web_server(answer) as web:
        yield web.url
        release.set()


@pytest.fixture
def lock(solver: Solver, channel_url: str, tmp_path: Path) -> Locking:
    """Solves and locks; `links` makes uv look into the directory of hand-made wheels only."""

    def locking(
        *pip: str,
        conda: str = "python, requests",
        platform: str = "linux-64",
        links: bool = True,
        **more: Any,
    ) -> PlatformLock:
        options = [f"--find-links {tmp_path / 'wheels'}"] if links else []
        lines = "".join(f"  - {line!r}\n" for line in [*options, *pip])
        text = (
            f"channels: [{channel_url}]\nplatforms: [{platform}]\n"
            f"dependencies:\n"
            + "".join(f"- {name.strip()}\n" for name in conda.split(","))
            + f"- pip:\n{lines}"
        )
        spec = read_specification(text)
        part = solver.solve(text)
        more.setdefault("offline", links)
        return asyncio.run(lock_pip(spec, part, cache_dir=tmp_path / "uv", **more))

    (tmp_path / "wheels").mkdir()
    return locking
