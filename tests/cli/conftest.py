"""The command as a user calls it: a process of its own, on a store of its own."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_terrarium.cli.main import main
from support.servers import TOKEN, JupyterProcess

COMMAND = [sys.executable, "-m", "jupyterlab_terrarium.cli"]


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)

    @property
    def everything(self) -> str:
        return self.out + self.err


@dataclass
class Cli:
    """Calls commands with always the same options and variables."""

    directory: Path
    options: list[str]
    environment: dict[str, str] = field(default_factory=dict)

    def arguments(self, *words: str) -> list[str]:
        """The command line; the options go behind the command, before what it runs."""
        nouns = ("env", "namespace", "build", "channel", "token", "proposal")
        verbs = 2 if words[0] in nouns else 1
        return [*COMMAND, *words[:verbs], *self.options, *words[verbs:]]

    def variables(self) -> dict[str, str]:
        return {**os.environ, "NO_COLOR": "1", **self.environment}

    def __call__(self, *words: str, given: str | bytes = "") -> Done:
        done = subprocess.run(
            self.arguments(*words),
            input=given if isinstance(given, bytes) else given.encode(),
            capture_output=True,
            env=self.variables(),
            cwd=self.directory,
            timeout=120,
            check=False,
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        assert "Traceback" not in out + err, err
        return Done(done.returncode, out, err)

    def here(self, *words: str) -> Done:
        """The same command without a new process: for questions, which are many."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.variables().items():
                patch.setenv(name, value)
            patch.chdir(self.directory)
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                try:
                    status = main(self.arguments(*words)[len(COMMAND) :])
                except SystemExit as ended:
                    status = int(ended.code or 0)
        return Done(status, out.getvalue(), err.getvalue())

    def start(self, *words: str) -> subprocess.Popen[str]:
        """The command in the background, in a process group of its own."""
        return subprocess.Popen(
            self.arguments(*words),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            env=self.variables(),
            cwd=self.directory,
            text=True,
            start_new_session=True,
        )

    def write(self, name: str, text: str) -> str:
        """A file in the working directory; its name."""
        (self.directory / name).write_text(text, "utf-8")
        return name


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def cli(tmp_path: Path, root: Path, channel_url: str) -> Cli:
    """The command on a local store of its own."""
    return Cli(tmp_path, ["--root", str(root)], {"JUPYTERLAB_TERRARIUM_CHANNELS": channel_url})


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, channel_url: str) -> Cli:
    """The command on a store with a finished environment `data`, which tests leave as it is."""
    home = tmp_path_factory.mktemp("built")
    cli = Cli(
        home,
        ["--root", str(home / "store")],
        {
            "JUPYTERLAB_TERRARIUM_CHANNELS": channel_url,
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_CONFIG_DIR": str(home / "config"),
        },
    )
    text = "name: data\ndependencies:\n  - terrarium-data =1\n"
    done = cli("env", "create", "-f", "-", "--wait", given=text)
    assert done.status == 0, done.err
    return cli


@pytest.fixture
def remote(tmp_path: Path, jupyter_server: JupyterProcess) -> Cli:
    """The command on a server, with its token."""
    url = f"http://127.0.0.1:{jupyter_server.port}/"
    return Cli(tmp_path, ["--server", url], {"TERRARIUM_TOKEN": TOKEN})
