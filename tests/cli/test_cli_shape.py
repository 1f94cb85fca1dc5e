"""The command's manners, apart from any store."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from jupyterlab_terrarium.cli.connection import base_url
from jupyterlab_terrarium.cli.parser import build_parser
from jupyterlab_terrarium.models.problem import InvalidRequest
from support.speed import program_seconds, quickest

from .conftest import COMMAND, Cli

HELP_SECONDS = 0.15


def test_help_answers_at_once() -> None:
    def more_than_a_bare_interpreter() -> float:
        bare = program_seconds([sys.executable, "-c", "pass"])
        return program_seconds([*COMMAND, "--help"]) - bare

    assert quickest(HELP_SECONDS, more_than_a_bare_interpreter) < HELP_SECONDS


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["env", "create", "--help"],
        ["build", "--help"],
        ["channel", "create", "--help"],
        ["run", "--help"],
    ],
)
def test_every_command_has_help(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build_parser(words).parse_args(words)
    assert ended.value.code == 0
    assert "usage: jupyter terrarium" in capsys.readouterr().out


def test_wrong_usage_is_status_2(tmp_path: Path) -> None:
    done = Cli(tmp_path, [])("env", "create")
    assert done.status == 2
    assert "-f" in done.err


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("http://localhost:8888", "http://localhost:8888/"),
        ("localhost:8888/", "http://localhost:8888/"),
        ("https://hub/user/anna/lab/tree/a.ipynb", "https://hub/user/anna/"),
        ("https://hub/user/anna/lab/workspaces/auto-a?reset", "https://hub/user/anna/"),
    ],
)
def test_the_base_url_is_found_in_what_a_browser_shows(given: str, base: str) -> None:
    assert base_url(given) == base


@pytest.mark.parametrize("given", ["ftp://host/", "http://u:p@host/", "http://host/?token=abc"])
def test_what_is_no_url_of_a_server_is_refused(given: str) -> None:
    with pytest.raises(InvalidRequest) as error:
        base_url(given)
    assert "abc" not in error.value.message + error.value.hint


def test_on_a_terminal_progress_is_one_line_that_is_rewritten(cli: Cli) -> None:
    file = cli.write("environment.yml", "name: t\ndependencies: [terrarium-data, tzdata]\n")
    primary, secondary = pty.openpty()
    process = subprocess.Popen(
        cli.arguments("env", "create", "-f", file, "--wait", "--json"),
        stdout=subprocess.PIPE,
        stderr=secondary,
        stdin=subprocess.DEVNULL,
        env=cli.variables(),
        cwd=cli.directory,
    )
    os.close(secondary)
    shown = b""
    while True:
        try:
            part = os.read(primary, 4096)
        except OSError:  # Linux: the other side is closed
            break
        if not part:
            break
        shown += part
    os.close(primary)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert out.startswith(b"{")
    assert b"\r\x1b[2Kt@1" in shown
    assert re.search(rb"\d/\d packages", shown)
    assert b"\n" not in shown


def test_a_reader_that_leaves_early_is_no_defect(cli: Cli) -> None:
    command = " ".join(cli.arguments("doctor")) + " | head -n 1"
    done = subprocess.run(
        ["sh", "-c", command], capture_output=True, env=cli.variables(), text=True, check=False
    )
    assert "versions" in done.stdout
    assert done.stderr == ""


def test_logins_are_kept_and_never_shown(tmp_path: Path) -> None:
    cli = Cli(tmp_path, [], {"RATTLER_AUTH_FILE": str(tmp_path / "credentials.json")})
    done = cli("channel", "login", "https://channels.example.org/x", given="t0ken-of-mine\n")
    assert done.status == 0, done.err
    listed = cli("channel", "list")
    assert "channels.example.org" in listed.out
    assert "t0ken-of-mine" not in done.everything + listed.everything
    assert cli("channel", "logout", "https://channels.example.org").status == 0
    assert cli("channel", "logout", "https://channels.example.org").status == 4
