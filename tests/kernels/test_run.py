"""`run` and `shell`: a command becomes part of the environment, and the environment is in use."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from jupyterlab_terrarium.kernels.in_use import is_in_use
from jupyterlab_terrarium.kernels.run import shell_command
from jupyterlab_terrarium.store.flock import try_lock

from .small import SmallPrefix

RUN = """
import json, pathlib, sys
from jupyterlab_terrarium.kernels.run import run_command
from jupyterlab_terrarium.models.problem import TerrariumError
arguments = json.loads(sys.argv[1])
if "link" in arguments:
    arguments["link"] = pathlib.Path(arguments["link"])
try:
    run_command(pathlib.Path(arguments.pop("root")), **arguments)
except TerrariumError as error:
    print(type(error).__name__, error.message, error.hint)
    sys.exit(3)
"""


def command_line(small: SmallPrefix, argv: Sequence[str], **options: str) -> list[str]:
    if not options:
        options = {"link": str(small.layout.environment_link("anna", "small"))}
    arguments = {"root": str(small.layout.root), "argv": list(argv), "name": "small", **options}
    return [sys.executable, "-c", RUN, json.dumps(arguments)]


def run(small: SmallPrefix, *argv: str, **options: str) -> tuple[int, str]:
    done = subprocess.run(
        command_line(small, argv, **options), stdout=-1, text=True, check=False, timeout=30
    )
    return done.returncode, done.stdout.strip()


def test_a_command_runs_activated(small: SmallPrefix) -> None:
    small.variables(GREETING="hello")
    script = 'echo "$CONDA_PREFIX $GREETING $TERRARIUM_ENVIRONMENT $PYTHONNOUSERSITE"'
    assert run(small, "sh", "-c", script) == (0, f"{small.path} hello anna/small 1")


def test_its_exit_status_is_the_commands(small: SmallPrefix) -> None:
    assert run(small, "sh", "-c", "exit 42")[0] == 42
    assert run(small, "sh", "-c", "kill -TERM $$")[0] == -15


def test_a_version_is_run_by_its_prefix(small: SmallPrefix) -> None:
    small.layout.environment_link("anna", "small").unlink()
    status, output = run(
        small, "sh", "-c", "echo $TERRARIUM_VERSION $CONDA_DEFAULT_ENV $TERRARIUM_ENVIRONMENT",
        prefix=small.path.name, name="team/small@3",
    )  # fmt: skip
    assert (status, output) == (0, "3 small team/small")


def test_a_missing_program_is_said(small: SmallPrefix) -> None:
    status, output = run(small, "no-such-program")
    assert status == 3
    assert output.startswith("NotFound 'no-such-program' cannot be run in small")


def test_a_missing_environment_is_said(small: SmallPrefix) -> None:
    status, output = run(small, "true", link="envs/anna/envs/other")
    assert status == 3
    assert output.startswith("NotFound there is no environment small")


def test_the_prefix_is_in_use_while_it_runs(small: SmallPrefix) -> None:
    with subprocess.Popen(
        command_line(small, ["sh", "-c", "echo begun; read line"]),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        assert is_in_use(small.layout, small.digest)
        assert try_lock(small.layout.lock(small.digest)) is None
        process.communicate("\n")
    assert not is_in_use(small.layout, small.digest)


def terminal(argv: Sequence[str], env: Mapping[str, str], typed: str, until: str) -> str:
    """What a terminal shows after *typed*, read until *until* is there."""
    master, slave = pty.openpty()
    with subprocess.Popen(
        argv, stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True
    ) as process:
        os.close(slave)
        os.write(master, typed.encode())
        shown, end = "", time.monotonic() + 20
        while until not in shown and time.monotonic() < end:
            if select.select([master], [], [], 0.1)[0]:
                shown += os.read(master, 4096).decode()
        process.kill()
    os.close(master)
    return shown


@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_a_shell_stays_activated_whatever_start_files_do(
    small: SmallPrefix, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shell: str
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    # As `conda init` leaves it: "base" is activated in every new shell.
    (home / ".bashrc").write_text(
        'export CONDA_PREFIX=/base CONDA_DEFAULT_ENV=base PATH="/base/bin:$PATH:/own/tools"\n'
        "unset GREETING\nPS1='prompt> '\nalias own='echo an alias'\n"
    )
    small.variables(GREETING="hello")
    small.write("bin/tool", "#!/bin/sh\necho tool of the prefix\n").chmod(0o755)
    monkeypatch.setenv("SHELL", f"/bin/{shell}")
    command = command_line(small, shell_command("small"))
    environment = {**os.environ, "HOME": str(home), "TERM": "dumb"}
    typed = 'tool; echo "[$CONDA_PREFIX $CONDA_DEFAULT_ENV $GREETING]"; echo $PATH; echo en""d\n'
    shown = terminal(command, environment, typed, "\nend")
    assert "(small) " in shown
    assert "tool of the prefix" in shown
    assert f"[{small.path} small hello]" in shown
    if shell == "bash":
        assert "/own/tools" in shown
        assert "(small) prompt> " in shown


def test_zsh_and_fish_read_our_file_after_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    monkeypatch.delenv("ZDOTDIR", raising=False)
    monkeypatch.setenv("SHELL", "/usr/bin/zsh")
    zsh = shell_command("a")
    [directory] = [part.partition("=")[2] for part in zsh if part.startswith("ZDOTDIR=")]
    assert (Path(directory) / ".zshrc").is_file()
    assert "TERRARIUM_ZDOTDIR=/home/anna" in zsh
    monkeypatch.setenv("SHELL", "/usr/bin/fish")
    assert Path(shell_command("a")[-1].split("'")[1]).is_file()
