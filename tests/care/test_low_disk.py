"""Builds refuse to start before the disk is full, and say how much is free and needed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jupyterlab_terrarium.models.build import BuildState
from jupyterlab_terrarium.models.build_problem import DiskFull
from jupyterlab_terrarium.models.policy import Policy
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from jupyterlab_terrarium.store import checks
from support.builds import DATA, create


def test_a_build_does_not_begin_on_a_disk_with_too_little_space(
    tmp_path: Path, channel_url: str
) -> None:
    policy = Policy(disk_reserve=shutil.disk_usage(tmp_path).total * 2)
    options = StoreOptions(root=tmp_path / "store", default_channels=[channel_url], policy=policy)
    store = OpenStore(options)
    try:
        build = create(store, DATA.format(pin=""))
        assert build.state is BuildState.FAILED
        assert build.problem is not None
        assert build.problem.code == "disk-full"
        assert "are to stay free" in build.problem.detail
        assert "terrarium clean" in build.problem.hint
        # Nothing was fetched for it.
        assert list(store.layout.packages.iterdir()) == []
    finally:
        store.close()


def test_it_says_what_is_needed_and_what_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda _: real._replace(free=900_000_000))
    checks.require_space(tmp_path, 400_000_000, 500_000_000)
    with pytest.raises(DiskFull) as refused:
        checks.require_space(tmp_path, 400_000_001, 500_000_000)
    assert "needs about 400 MB" in refused.value.message
    assert "900 MB are free" in refused.value.message
    assert "500 MB are to stay free" in refused.value.message
