"""Packages that try to have something written or read outside of their prefix are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hostile_help import hostile_package, row
from install_help import PLACEHOLDER, build, make_lock

from jupyterlab_terrarium.conda.manifest import InstalledInfo, Manifest, write
from jupyterlab_terrarium.models.build_problem import BuildFailed


@pytest.mark.parametrize("path", [".terrarium", "conda-meta", "conda-meta/linked-1.0-0.json"])
def test_links_in_place_of_the_installers_own_files_are_refused(
    root: Path, channel: Path, tmp_path: Path, path: str
) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    package = hostile_package(channel, "linked", {"share/x": b"x"}, links={path: str(victim)})
    done = build(root, make_lock([package]))
    assert done.problem == "build-failed"
    assert f"wants to put {path} where only the installer writes" in done.result.model_dump_json()
    assert not list(victim.iterdir())
    assert not done.prefix.exists()


def test_a_manifest_is_not_written_through_a_link(tmp_path: Path) -> None:
    prefix, victim = tmp_path / "prefix", tmp_path / "victim"
    prefix.mkdir()
    victim.mkdir()
    (prefix / ".terrarium").symlink_to(victim)
    installed = InstalledInfo(digest="0" * 64, platform="linux-64", path=str(prefix))
    with pytest.raises(BuildFailed, match="symbolic link"):
        write(prefix, Manifest("linux-64", "0" * 64, []), installed)
    assert not list(victim.iterdir())


@pytest.mark.parametrize("more", [{}, {"prefix_placeholder": PLACEHOLDER, "file_mode": "text"}])
def test_a_link_that_calls_itself_a_file_is_refused(
    root: Path, channel: Path, tmp_path: Path, more: dict[str, Any]
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"secret {PLACEHOLDER}")
    package = hostile_package(
        channel, "leak", {}, links={"share/s": str(secret)}, rows=[row("share/s", **more)]
    )
    done = build(root, make_lock([package]))
    assert done.problem == "build-failed"
    assert "calls share/s a file, and it is a symbolic link" in done.result.model_dump_json()


@pytest.mark.parametrize(
    "rows",
    [
        ["share/x"],
        [{"_path": 5}],
        [{"path_type": "hardlink"}],
        [row("share/x", path_type="device")],
        [row("share/x", size_in_bytes="many")],
    ],
)
def test_malformed_rows_are_refused_in_words(root: Path, channel: Path, rows: list[Any]) -> None:
    package = hostile_package(channel, "odd", {"share/x": b"x"}, rows=rows)
    done = build(root, make_lock([package]))
    assert done.problem == "build-failed"
    assert "odd-1.0-0 has a malformed info/paths.json" in done.result.model_dump_json()
