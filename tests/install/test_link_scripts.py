"""Post-link scripts run only where the lock permits, in the sandbox, and never go unmentioned."""

from __future__ import annotations

from pathlib import Path

import pytest
from install_help import another, build, make_lock, make_package

from jupyterlab_terrarium.conda.manifest import read_installed, read_manifest
from jupyterlab_terrarium.models.lock import CondaPackage

SCRIPT = """\
echo "working in $PREFIX"
echo "$PKG_NAME $PKG_VERSION $PKG_BUILDNUM" > "$PREFIX/share/said"
echo "please read the manual" >> "$PREFIX/.messages.txt"
echo changed >> "$PREFIX/share/data.txt"
env > "$PREFIX/share/environment"
"""


def scripted(channel: Path, script: str, name: str = "talker") -> CondaPackage:
    files = {f"bin/.{name}-post-link.sh": script, "share/data.txt": "data\n"}
    return make_package(channel, name, files)


def test_a_permitted_script_runs_and_is_logged(channel: Path, root: Path) -> None:
    package = scripted(channel, SCRIPT)
    done = build(root, make_lock([package], run_link_scripts=["talker"])).ready()
    assert (done.prefix / "share/said").read_text() == "talker 1.0 0\n"
    assert f"talker: working in {done.prefix}" in done.log
    assert "talker: please read the manual" in done.log
    assert not (done.prefix / ".messages.txt").exists()
    assert not done.result.warnings


def test_a_script_that_changes_files_does_not_reach_the_cache(channel: Path, root: Path) -> None:
    package = scripted(channel, SCRIPT)
    lock = make_lock([package], run_link_scripts=["talker"])
    done = build(root, lock).ready()
    assert (done.prefix / "share/data.txt").read_text() == "data\nchanged\n"
    (cached,) = done.layout.packages.glob("*/talker-1.0-0/share/data.txt")
    assert cached.read_text() == "data\n"
    rows = {file.path: file for file in read_manifest(done.prefix).files}
    installed = read_installed(done.prefix)
    assert installed is not None
    assert rows["share/data.txt"].type == "file"
    assert "share/data.txt" in installed.differing
    assert rows["share/said"].type == "generated"
    assert "altered" not in build(root, another(lock)).ready().log


def test_a_script_sees_no_secret_of_the_server(
    channel: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "top-secret")
    package = scripted(channel, SCRIPT)
    done = build(root, make_lock([package], run_link_scripts=["talker"])).ready()
    environment = (done.prefix / "share/environment").read_text()
    assert "top-secret" not in environment
    assert str(Path.home()) not in [
        line.partition("=")[2] for line in environment.splitlines() if line.startswith("HOME=")
    ]


def test_a_script_that_is_not_permitted_is_named_in_a_warning(channel: Path, root: Path) -> None:
    package = scripted(channel, SCRIPT)
    done = build(root, make_lock([package]), link_script_policy="this store never runs them")
    (warning,) = done.ready().result.warnings
    assert warning.startswith("The post-link script of talker was not run")
    assert "this store never runs them" in warning
    assert not (done.prefix / "share/said").exists()
    installed = read_installed(done.prefix)
    assert installed is not None
    assert installed.warnings == [warning]
    assert build(root, make_lock([package])).ready().result.warnings == [warning]


def test_a_script_that_fails_makes_a_warning(channel: Path, root: Path) -> None:
    package = scripted(channel, "echo trouble >&2\nexit 7\n")
    done = build(root, make_lock([package], run_link_scripts=["talker"])).ready()
    (warning,) = done.result.warnings
    assert "failed (status 7)" in warning
    assert "talker: trouble" in done.log


def test_running_and_skipping_have_different_digests(channel: Path, root: Path) -> None:
    package = scripted(channel, SCRIPT)
    one = build(root, make_lock([package])).ready()
    other = build(root, make_lock([package], run_link_scripts=["talker"])).ready()
    assert one.prefix != other.prefix
