"""An explicit list has the index of its channel asked: not every channel that a stranger names."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_help import record, serve_files, web_server, write_channel

from jupyterlab_terrarium.builds.solver_client import SolverClient
from jupyterlab_terrarium.conda.channels import ChannelConfig
from jupyterlab_terrarium.models.problem import InvalidLock


def listing(channel: str) -> str:
    one = record("zebra")
    return f"# platform: linux-64\n@EXPLICIT\n{channel}/noarch/{one['fn']}#{one['md5']}\n"


def test_an_index_on_this_machine_is_asked_only_when_it_is_configured(tmp_path: Path) -> None:
    write_channel(tmp_path / "files" / "mine", [record("zebra")])
    with web_server(serve_files(tmp_path / "files")) as web:
        channel = f"{web.url}/mine"
        stranger = SolverClient(tmp_path / "a", ChannelConfig())
        try:
            with pytest.raises(InvalidLock, match="index of its channel does not list it"):
                stranger.read_lockfile(listing(channel))
        finally:
            stranger.close()
        assert web.asked == []
        owner = SolverClient(tmp_path / "b", ChannelConfig(default_channels=[channel]))
        try:
            lock = owner.read_lockfile(listing(channel))
        finally:
            owner.close()
        assert web.asked
    assert lock.platforms[0].conda[0].sha256 == record("zebra")["sha256"]
