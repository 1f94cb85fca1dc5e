"""conda itself takes our forms, and makes of each the environment that it names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from artifacts.conftest import PLATFORM, MakeText
from jupyterlab_terrarium.artifacts.form import Subject
from support.conda_command import Conda, make_conda


@pytest.fixture(scope="module")
def conda(tmp_path_factory: pytest.TempPathFactory) -> Conda:
    home = tmp_path_factory.mktemp("conda")
    return make_conda(home / "conda", home / "home")


def packages(conda: Conda, prefix: Path) -> dict[str, tuple[str, str]]:
    """Version and build of the conda packages in *prefix*, as conda lists them, by name."""
    rows = json.loads(conda("list", "-p", prefix, "--json"))
    return {
        row["name"]: (row["version"], row["build_string"])
        for row in rows
        if row["channel"] != "pypi"
    }


def named(subject: Subject) -> dict[str, tuple[str, str]]:
    """The same of what it should be."""
    return {one.name: (one.version, one.build) for one in subject.part(PLATFORM).conda}


def test_conda_makes_exactly_this_of_the_list(
    conda: Conda, make_text: MakeText, subject: Subject, tmp_path: Path
) -> None:
    file, prefix = tmp_path / "list.txt", tmp_path / "env"
    # The conda that can be had here is 24.7; SHA-256 it knows since 24.9.
    file.write_text(make_text("explicit", hashes="md5"))
    conda("create", "--offline", "--prefix", prefix, "--file", file)
    assert packages(conda, prefix) == named(subject)
    show = "import idna, sys; print(sys.prefix)"
    assert conda("run", "-p", prefix, "python", "-c", show).strip() == str(prefix)


@pytest.mark.parametrize("form", ["pinned-yaml", "portable-yaml"])
def test_conda_solves_the_yaml_to_the_same_packages(
    conda: Conda, make_text: MakeText, subject: Subject, tmp_path: Path, form: str
) -> None:
    file, prefix = tmp_path / "environment.yml", tmp_path / "env"
    file.write_text(make_text(form))
    conda("env", "create", "--offline", "--prefix", prefix, "--file", file)
    found = packages(conda, prefix)
    # It adds pip to every Python.
    assert {name: found[name] for name in found if name != "pip"} == named(subject)
    assert conda("run", "-p", prefix, "hello").strip() == "2.1"
    assert conda("run", "-p", prefix, "printenv", "THREADS").strip() == "1"
