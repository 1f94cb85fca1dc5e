"""conda's list of environments: ours when asked for, and nobody else's line touched."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jupyter_server.serverapp import ServerApp
from traitlets.config import Config

from jupyterlab_terrarium.extension import TerrariumExtension
from jupyterlab_terrarium.kernels.conda_list import register
from jupyterlab_terrarium.models.environment import EnvironmentUpdate
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from support.builds import ANNA, DATA, create, seed
from support.conda_command import make_conda
from support.waiting import soon


def test_lines_of_others_stay_as_they_are(tmp_path: Path) -> None:
    file, root = tmp_path / "environments.txt", tmp_path / "store"
    theirs = ["/opt/conda", "", "/home/b\u00e4r/env  ", f"{root}-other/envs/x"]
    file.write_text("\n".join([*theirs, f"{root}/envs/anna/envs/gone"]) + "\n")
    ours = root / "envs/anna/envs/data"
    assert register(root, [ours], file)
    assert file.read_text().splitlines() == [*theirs, str(ours)]
    assert not register(root, [ours], file)
    assert register(root, [], file)
    assert file.read_text().splitlines() == theirs


def test_environments_are_listed_renamed_and_gone(
    tmp_path: Path, channel_url: str, warm_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    file = tmp_path / ".conda/environments.txt"
    seed(tmp_path / "store", warm_root)
    options = StoreOptions(root=tmp_path / "store", default_channels=[channel_url], conda_list=True)
    store = OpenStore(options)
    links = store.layout.envs / "anna/envs"

    def listed() -> list[str]:
        return file.read_text().splitlines() if file.exists() else []

    try:
        create(store, DATA.format(pin=""))
        assert soon(lambda: listed() == [str(links / "data")])
        # What conda asks of a line: that it is the prefix of an environment with a history.
        prefix = Path(listed()[0])
        history = (prefix / "conda-meta/history").read_text()
        assert "terrarium-data" in history and history.startswith("==> ")
        assert list(prefix.glob("conda-meta/terrarium-data-*.json"))
        conda = make_conda(tmp_path / "conda", tmp_path)
        assert str(prefix) in json.loads(conda("env", "list", "--json"))["envs"]
        assert json.loads(conda("list", "-p", prefix, "--json"))[0]["name"] == "terrarium-data"
        assert conda("run", "-p", prefix, "printenv", "CONDA_PREFIX").strip() == str(prefix)
        environments = store.services.environments
        environments.update(ANNA, "anna", "data", EnvironmentUpdate(name="facts"))
        assert soon(lambda: listed() == [str(links / "facts")])
        environments.delete(ANNA, "anna", "facts")
        assert soon(lambda: listed() == [])
    finally:
        store.close()


def test_conda_is_told_nothing_unless_it_is_asked_for(
    tmp_path: Path, store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    create(store, DATA.format(pin=""))
    assert not (tmp_path / ".conda").exists()


@pytest.mark.parametrize("theirs", [None, "secret|old"])
def test_what_makes_kernels_of_condas_list_leaves_ours_out(
    tmp_path: Path, theirs: str | None
) -> None:
    """nb_conda_kernels is on no index: it was run once by hand, with this filter and without."""
    config = Config({"TerrariumSettings": {"root": str(tmp_path), "register_with_conda": True}})
    if theirs:
        config.CondaKernelSpecManager.env_filter = theirs
    server = ServerApp(config=config)
    TerrariumExtension()._link_jupyter_server_extension(server)
    left_out = re.compile(server.config.CondaKernelSpecManager.env_filter)
    assert left_out.search(f"{tmp_path}/envs/anna/envs/data")
    assert not left_out.search(f"/opt{tmp_path}/envs/x")
    assert bool(left_out.search("/opt/secret/x")) == bool(theirs)
