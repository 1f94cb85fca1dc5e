from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from artifacts.conftest import MakeText
from jupyterlab_terrarium.artifacts.form import Subject
from jupyterlab_terrarium.artifacts.identity import Identity, identify_text
from jupyterlab_terrarium.conda.lockfile import read_conda_lock

CONDA_LOCK = Path(sys.executable).with_name("conda-lock")


@pytest.fixture
def rendered(make_text: MakeText, tmp_path: Path) -> Path:
    """Where `conda-lock render` has left what it made of the file, for both platforms."""
    (tmp_path / "conda-lock.yml").write_text(make_text("conda-lock"))
    for kind in ("explicit", "env"):
        done = subprocess.run(
            [CONDA_LOCK, "render", "-k", kind, "-p", "linux-64", "-p", "osx-arm64"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    return tmp_path


def test_conda_lock_renders_it_for_every_platform(rendered: Path, subject: Subject) -> None:
    for part in subject.lock.platforms:
        explicit = (rendered / f"conda-{part.platform}.lock").read_text()
        for package in part.conda:
            assert f"{package.url}#{package.md5}\n" in explicit
        for wheel in part.pip:
            assert wheel.file_name in explicit
        environment = yaml.safe_load((rendered / f"conda-{part.platform}.lock.yml").read_text())
        conda = [one for one in environment["dependencies"] if isinstance(one, str)]
        assert sorted(conda) == sorted(
            f"{one.name}={one.version}={one.build}" for one in part.conda
        )


def test_it_is_read_back_whole_and_says_what_it_is(make_text: MakeText, subject: Subject) -> None:
    text = make_text("conda-lock")
    assert read_conda_lock(text) == subject.lock
    assert identify_text(text) == Identity(
        "conda-lock", "anna", "data", 1, None, subject.lock_digest
    )
