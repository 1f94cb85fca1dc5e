"""Channels that hang, crawl, break off, answer 500 or lie end in words; nothing of it stays."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from install.install_help import build, make_lock, make_package
from jupyterlab_terrarium.conda import download
from jupyterlab_terrarium.models.build_problem import ChannelUnreachable
from support.bad_channel import Behaviour, bad_channel


@pytest.mark.parametrize("behaviour", ["silent", "half"])
def test_a_channel_that_goes_silent_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, behaviour: Behaviour
) -> None:
    monkeypatch.setattr(download, "STALL_SECONDS", 0.5)
    file = tmp_path / "package.conda"
    file.write_bytes(os.urandom(300_000))
    counted = []

    async def fetch(url: str) -> str:
        client = download.make_client({}, offline=False)
        return await download.download(client, url, tmp_path / "here", counted.append)

    started = time.monotonic()
    with (
        bad_channel(tmp_path, behaviour) as url,
        pytest.raises(ChannelUnreachable, match=r"nothing came for 0\.5 seconds"),
    ):
        asyncio.run(fetch(f"{url}/package.conda"))
    assert time.monotonic() - started < 20
    # What is shown goes back to what is really there.
    assert sum(counted) == 0


def test_a_slow_channel_is_no_silent_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "STALL_SECONDS", 2.0)
    file = tmp_path / "package.conda"
    file.write_bytes(os.urandom(300_000))

    async def fetch(url: str) -> str:
        client = download.make_client({}, offline=False)
        return await download.download(client, url, tmp_path / "here", lambda _: None)

    # It takes longer as a whole than it may be silent.
    with bad_channel(tmp_path, "crawl") as url:
        asyncio.run(fetch(f"{url}/package.conda"))
    assert (tmp_path / "here").read_bytes() == file.read_bytes()


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [("short", "channel-unreachable"), ("error", "channel-unreachable"), ("lie", "hash-mismatch")],
)
def test_what_it_sends_is_never_linked(tmp_path: Path, behaviour: Behaviour, code: str) -> None:
    package = make_package(tmp_path / "channel", "one", {"share/one": os.urandom(100_000)})
    root = tmp_path / "store"
    name = Path(package.url).name
    with bad_channel(tmp_path / "channel", behaviour) as url:
        lock = make_lock([package.model_copy(update={"url": f"{url}/noarch/{name}"})])
        done = build(root, lock)
    assert (done.code, done.problem) == (1, code)
    assert done.result.problem is not None and done.result.problem.hint
    assert "Traceback" not in done.result.problem.detail
    assert list((root / "prefixes").iterdir()) == []
    assert list((root / "packages").iterdir()) == []
    # The same store builds from the same channel once that is well again.
    with bad_channel(tmp_path / "channel", "good") as url:
        lock = make_lock([package.model_copy(update={"url": f"{url}/noarch/{name}"})])
        build(root, lock).ready()
