"""A root that cannot work is told at start, in words (A4.5)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jupyterlab_terrarium.models.problem import StoreUnusable
from jupyterlab_terrarium.store import checks
from jupyterlab_terrarium.store.paths import Layout


def test_a_good_root_has_nothing_to_complain_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "LOW_DISK_BYTES", 0)  # The disk of this machine may be almost full.
    assert checks.prepare_root(Layout(tmp_path / "store")) == []


def test_a_path_too_long_for_the_placeholder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match=r"too long.*255") as caught:
        checks.prepare_root(Layout(tmp_path / ("a" * 120) / ("b" * 120)))
    assert "shorter" in caught.value.hint


def test_a_root_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreUnusable, match="cannot be written"):
        checks.prepare_root(Layout(tmp_path / "file" / "store"))


def test_a_read_only_or_full_disk_is_refused() -> None:
    """On real tmpfs mounts, in a mount namespace of their own."""
    program = """
import pathlib, sys
from jupyterlab_terrarium.store import checks
from jupyterlab_terrarium.store.paths import Layout
try:
    checks.prepare_root(Layout(pathlib.Path(sys.argv[1])))
except Exception as error:
    print(type(error).__name__, error)
"""
    for options, word in (("ro", "Read-only"), ("size=4k,nr_inodes=2", "No space left")):
        script = f'd=$(mktemp -d); mount -t tmpfs -o {options} none "$d"; "$0" -c "$1" "$d"'
        command = ["unshare", "--mount", "--map-root-user", "sh", "-c", script]
        done = subprocess.run(
            [*command, sys.executable, program], capture_output=True, text=True, timeout=60
        )
        assert "StoreUnusable" in done.stdout, done.stderr
        assert word in done.stdout


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/mnt/team/store", "nfs4"), ("/mnt/with space/x", "cifs"), ("/home/anna", "ext4")],
)
def test_network_file_systems_are_recognised(tmp_path: Path, path: str, kind: str) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "dev / ext4 rw 0 0\nhost:/x /mnt/team nfs4 rw 0 0\n//h/s /mnt/with\\040space cifs rw 0 0\n"
    )
    assert checks.file_system(Path(path), mounts) == kind


def test_little_space_and_another_device_are_notices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = Layout(tmp_path / "store")
    layout.root.mkdir()
    layout.packages.symlink_to("/dev/shm", target_is_directory=True)
    monkeypatch.setattr(checks, "LOW_DISK_BYTES", 1 << 62)
    messages = [finding.message for finding in checks.prepare_root(layout)]
    assert any("MB are free" in message for message in messages)
    assert any("different devices" in message for message in messages)
    assert os.path.lexists(layout.packages)
