"""The launcher by itself, on small prefixes whose kernels are shell commands."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from support.speed import program_seconds, quickest

from .small import PRINT, SmallPrefix, launch, launch_command, small_prefix

SHOW = [sys.executable, "-c", "import os, json; print(json.dumps(dict(os.environ)))"]


def environment(small: SmallPrefix, **env: str) -> dict[str, str]:
    """The environment that a kernel of *small* starts with."""
    if not (small.path / "share/jupyter/kernels/show").exists():
        small.kernel("show", SHOW)
    done = launch(small.layout.root, "show", env=env)
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_the_prefixs_own_command_runs_with_its_placeholders(small: SmallPrefix) -> None:
    done = launch(small.layout.root)
    assert done.stdout.splitlines() == [
        "connection.json",
        str(small.path / "share/jupyter/kernels/sh"),
    ]


def test_extra_arguments_reach_the_kernel(small: SmallPrefix) -> None:
    command = [*launch_command(small.layout.root, "sh"), "--debug"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "--debug"


def test_programs_of_the_prefix_are_found_first(small: SmallPrefix) -> None:
    small.write("bin/hello", "#!/bin/sh\necho from the prefix\n").chmod(0o755)
    small.kernel("hello", ["hello"])
    assert launch(small.layout.root, "hello").stdout == "from the prefix\n"


def test_the_kernel_learns_where_it_is(small: SmallPrefix) -> None:
    found = environment(small)
    assert found["CONDA_PREFIX"] == found["TERRARIUM_PREFIX"] == str(small.path)
    assert found["CONDA_DEFAULT_ENV"] == "small"
    assert found["TERRARIUM_ENVIRONMENT"] == "anna/small"
    assert found["TERRARIUM_DIGEST"] == small.digest
    assert found["PYTHONNOUSERSITE"] == "1"
    assert found["PATH"].split(":")[0] == f"{small.path}/bin"


def test_a_server_environment_does_not_leak(small: SmallPrefix, tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "pyvenv.cfg").touch()
    found = environment(
        small,
        PYTHONPATH="/elsewhere",
        VIRTUAL_ENV=str(venv),
        TERRARIUM_VERSION="9",
        PATH=f"{venv}/bin:{os.environ['PATH']}",
    )
    assert not {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"} & found.keys()
    assert found["TERRARIUM_VERSION"] == ""
    assert f"{venv}/bin" not in found["PATH"].split(":")
    assert "/usr/bin" in found["PATH"].split(":")


def test_a_server_in_a_conda_environment_is_deactivated(small: SmallPrefix, tmp_path: Path) -> None:
    other = small_prefix(tmp_path / "other", "b")
    other.variables(SERVER_ONLY="1", CHANGED="1")
    other.write("etc/conda/deactivate.d/proj.sh", "unset PROJ_DATA\n")
    small.write("etc/conda/activate.d/x.sh", "export SEEN=${PROJ_DATA-none}\n")
    found = environment(
        small,
        CONDA_PREFIX=str(other.path),
        SERVER_ONLY="1",
        CHANGED="by the user",
        PROJ_DATA=f"{other.path}/share/proj",
        PATH=f"{other.path}/bin:{os.environ['PATH']}",
    )
    assert not {"PROJ_DATA", "SERVER_ONLY"} & found.keys()
    assert found["SEEN"] == "none"
    assert found["CHANGED"] == "by the user"
    assert f"{other.path}/bin" not in found["PATH"]


def test_variables_are_set_as_written(small: SmallPrefix) -> None:
    small.variables(A="$HOME 'and' \"all\"", PATH="/nowhere", GONE="***unset***")
    small.write("etc/conda/env_vars.d/package.json", '{"A": "package", "B": "package"}')
    found = environment(small, GONE="1")
    assert found["A"] == "$HOME 'and' \"all\""
    assert found["B"] == "package"
    assert found["PATH"].startswith(f"{small.path}/bin:")
    assert "/nowhere" not in found["PATH"]
    assert "GONE" not in found


def test_variables_that_cannot_be_read_are_told_and_do_not_stop_the_kernel(
    small: SmallPrefix,
) -> None:
    state = small.write("conda-meta/state", "{")
    done = launch(small.layout.root)
    assert done.returncode == 0
    assert str(state) in done.stderr


def test_activation_scripts_are_sourced_in_order(small: SmallPrefix) -> None:
    small.variables(BASE="base")
    small.write("etc/conda/activate.d/a.sh", 'export FIRST="$BASE\nline"; unset UNWANTED; echo hi')
    small.write("etc/conda/activate.d/b.sh", 'export SECOND="$FIRST;$CONDA_PREFIX"')
    small.write("etc/conda/activate.d/c.fish", "exit 1")
    start_file = small.write("start-file", "export START_FILE=read")
    found = environment(small, UNWANTED="1", BASH_ENV=str(start_file))
    assert found["SECOND"] == f"base\nline;{small.path}"
    assert found["BASH_ENV"] == str(start_file)
    assert not {"UNWANTED", "START_FILE"} & found.keys()


@pytest.mark.parametrize("text", ["set -eu; false", "exit 3", "exit 0", "echo $UNSET_VARIABLE; ("])
def test_a_script_that_breaks_does_not_stop_the_kernel(small: SmallPrefix, text: str) -> None:
    small.write("etc/conda/activate.d/a.sh", "export GOOD=1\n")
    small.write("etc/conda/activate.d/b.sh", text)
    assert environment(small)["GOOD"] == "1"


def test_a_script_that_ends_the_shell_is_told(small: SmallPrefix) -> None:
    small.write("etc/conda/activate.d/a.sh", "exit 0\n")
    assert "ended the shell" in launch(small.layout.root).stderr


def test_the_kernels_own_env_may_use_the_activated_one(small: SmallPrefix) -> None:
    small.variables(DATA="/data")
    small.kernel("show", SHOW, env={"PATH": "/own:${PATH}", "D": "${DATA}/x"})
    found = environment(small)
    assert found["PATH"].startswith(f"/own:{small.path}/bin:")
    assert found["D"] == "/data/x"


def test_signals_that_python_ignores_are_given_back(small: SmallPrefix) -> None:
    small.kernel("pipe", ["bash", "-c", "yes | head -n 1; echo ${PIPESTATUS[0]}"])
    assert launch(small.layout.root, "pipe").stdout.split() == ["y", str(128 + signal.SIGPIPE)]


def test_an_environment_that_is_gone_is_said_in_a_sentence(small: SmallPrefix) -> None:
    small.layout.environment_link("anna", "small").unlink()
    done = launch(small.layout.root)
    assert done.returncode == 69
    assert "there is no environment anna/small" in done.stderr
    assert "Traceback" not in done.stderr


def test_files_that_are_not_complete_are_not_run(small: SmallPrefix) -> None:
    (small.path / ".terrarium/manifest.json").unlink()
    done = launch(small.layout.root)
    assert (done.returncode, done.stdout) == (69, "")
    assert "not complete" in done.stderr


def test_a_prefix_that_was_moved_is_not_run(small: SmallPrefix, tmp_path: Path) -> None:
    shutil.copytree(small.layout.root, tmp_path / "copy", symlinks=True)
    link = tmp_path / "copy/envs/anna/envs/small"
    link.unlink()
    link.symlink_to(tmp_path / "copy/prefixes" / small.path.name)
    done = launch(tmp_path / "copy")
    assert (done.returncode, done.stdout) == (69, "")


def test_a_link_that_leads_out_of_the_store_is_not_followed(
    small: SmallPrefix, tmp_path: Path
) -> None:
    other = small_prefix(tmp_path / "other")
    other.kernel("sh", PRINT)
    link = small.layout.environment_link("anna", "small")
    link.unlink()
    link.symlink_to(other.path)
    assert launch(small.layout.root).returncode == 69


def test_a_missing_kernel_is_said_with_those_that_are_there(small: SmallPrefix) -> None:
    done = launch(small.layout.root, "ir")
    assert done.returncode == 66
    assert "no kernel 'ir'" in done.stderr
    assert "(kernels in it: sh)" in done.stderr


def test_a_pinned_version_is_its_digest(small: SmallPrefix) -> None:
    pointer = f"prefixes/{small.path.name}"
    small.layout.environment_link("anna", "small").unlink()
    right = launch(small.layout.root, "sh", "--digest", small.digest, pointer=pointer)
    assert right.returncode == 0
    same_name = small.digest[:40] + "0" * 24
    wrong = launch(small.layout.root, "sh", "--digest", same_name, pointer=pointer)
    assert wrong.returncode == 69


def test_an_incomplete_command_is_refused(small: SmallPrefix) -> None:
    command = launch_command(small.layout.root, "sh")
    assert subprocess.run(command[:-1], capture_output=True, check=False).returncode == 64
    assert subprocess.run(command[:4], capture_output=True, check=False).returncode == 64


def test_it_adds_less_than_sixty_milliseconds(small: SmallPrefix) -> None:
    small.kernel("true", ["true"])
    command = launch_command(small.layout.root, "true")

    def more_than_the_program() -> float:
        return program_seconds(command) - program_seconds(["true"])

    assert quickest(0.060, more_than_the_program) < 0.060
