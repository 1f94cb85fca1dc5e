"""pip and uv are stopped with our sentence, whoever runs them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from install_help import Outcome, build, solve_lock
from uv import find_uv_bin

from support.wheels import make_wheel

SENTENCE = "managed by Terrarium"
NOBODY = 65534
# As an ordinary user there is only oneself; as root, an unprivileged user as well.
USERS = [None, NOBODY] if os.getuid() == 0 else [None]


def attempt(command: list[str], user: int | None, directory: Path) -> tuple[int, str]:
    done = subprocess.run(
        command,
        user=user,
        group=user,
        extra_groups=[] if user is not None else None,
        cwd=directory,
        env={"HOME": str(directory), "PATH": "/usr/bin:/bin", "UV_OFFLINE": "1"},
        capture_output=True,
        text=True,
    )
    return done.returncode, " ".join((done.stdout + done.stderr).split())


@pytest.fixture(params=USERS, ids=[str(user or "myself") for user in USERS])
def user(request: pytest.FixtureRequest) -> int | None:
    found: int | None = request.param
    return found


@pytest.fixture
def home(open_directory: Path, user: int | None) -> Path:
    directory = open_directory / f"home-{user}"
    directory.mkdir(exist_ok=True)
    if user is not None:
        os.chown(directory, user, user)
    make_wheel(directory, "tiny-extra", "1.0")
    return directory


@pytest.fixture(scope="module")
def pip_build(python_build: Outcome, channel_url: str) -> Outcome:
    """An environment with pip."""
    return build(python_build.layout.root, solve_lock(channel_url, ["python", "pip"])).ready()


def test_pip_is_stopped(pip_build: Outcome, user: int | None, home: Path) -> None:
    wheel = home / "tiny_extra-1.0-py3-none-any.whl"
    python = str(pip_build.prefix / "bin/python")
    code, said = attempt([python, "-m", "pip", "install", "--no-index", str(wheel)], user, home)
    assert code != 0
    assert SENTENCE in said
    assert "jupyter terrarium env update" in said
    code, said = attempt([python, "-m", "pip", "uninstall", "-y", "setuptools", "pip"], user, home)
    assert code != 0
    assert SENTENCE in said


def test_uv_is_stopped(
    pip_build: Outcome, user: int | None, home: Path, open_directory: Path
) -> None:
    # uv may be installed where an unprivileged user cannot look.
    program = open_directory / "uv"
    if not program.exists():
        shutil.copy(find_uv_bin(), program)
        program.chmod(0o755)
    wheel = home / "tiny_extra-1.0-py3-none-any.whl"
    python = str(pip_build.prefix / "bin/python")
    command = [str(program), "pip", "install", "--python", python, "--no-index", str(wheel)]
    code, said = attempt(command, user, home)
    assert code != 0
    assert SENTENCE in said.replace("│ ", "")


def test_installing_elsewhere_is_not_stopped(
    pip_build: Outcome, user: int | None, home: Path
) -> None:
    wheel = home / "tiny_extra-1.0-py3-none-any.whl"
    python = str(pip_build.prefix / "bin/python")
    command = [python, "-m", "pip", "install", "--no-index", "--target", str(home / "own")]
    code, said = attempt([*command, str(wheel)], user, home)
    assert code == 0, said
    assert (home / "own/tiny_extra").is_dir()
