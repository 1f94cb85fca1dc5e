"""What a source archive says about how it wants to be built."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_terrarium.conda.build_system import (
    LEGACY,
    BuildSystem,
    Unbuildable,
    read_build_system,
)


def read(directory: Path, text: str) -> BuildSystem:
    (directory / "pyproject.toml").write_text(text)
    return read_build_system(directory)


def test_requirements_backend_and_path_are_read(tmp_path: Path) -> None:
    text = "[build-system]\nrequires=['a>=1', 'b; os_name==\"nt\"']\n"
    found = read(tmp_path, text + "build-backend='m:o.p'\nbackend-path=['.', 'build']\n")
    assert found == BuildSystem(["a>=1", 'b; os_name == "nt"'], "m:o.p", [".", "build"])
    assert read(tmp_path, text).backend == LEGACY.backend


def test_a_source_that_says_nothing_is_for_setuptools(tmp_path: Path) -> None:
    assert read(tmp_path, "[project]\nname='a'\n") == LEGACY
    (tmp_path / "pyproject.toml").unlink()
    with pytest.raises(Unbuildable, match=r"neither pyproject.toml nor setup.py"):
        read_build_system(tmp_path)
    (tmp_path / "setup.py").touch()
    assert read_build_system(tmp_path) == LEGACY


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[build-system", "cannot be read"),
        ("a=" + "[" * 9999, "cannot be read"),
        ("build-system = 3", "not a table"),
        ("[build-system]\nrequires = 'x'", "no list"),
        ("[build-system]\nrequires = [3]", "no list"),
        (f"[build-system]\nrequires = {['x'] * 101}", "no list"),
        ("[build-system]\nrequires = ['-r /etc/x']", "no requirement"),
        ("[build-system]\nrequires = ['x\\n-e .']", "no requirement"),
        ("[build-system]\nrequires = ['x @ file:///x']", "on no index"),
        ("[build-system]\nrequires = ['x @ git+https://h/x']", "on no index"),
        ("[build-system]\nrequires = []\nbuild-backend = 3", "not a text"),
        ("[build-system]\nrequires = []\nbackend-path = ['../x']", "leads outside"),
        ("[build-system]\nrequires = []\nbackend-path = ['/x']", "leads outside"),
        ("#" * (2 << 20), "too large"),
    ],
)
def test_what_cannot_be_followed_is_refused_in_words(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(Unbuildable, match=why):
        read(tmp_path, text)
