"""Running a command or a shell in an environment, through the launcher of kernels."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from . import launcher


def run_command(
    root: Path,
    argv: Sequence[str],
    *,
    name: str,
    link: Path | None = None,
    prefix: str | None = None,
) -> NoReturn:
    """Replace this process by *argv* in the environment behind *link* or in *prefix* (its name).

    The shared lock is held as long as the command runs. Ends with status 69 and a sentence when
    the environment or the program is not there.
    """
    where = launcher.enter(str(root), None if link is None else str(link), prefix)
    environment = launcher.activated(where, dict(os.environ), name)
    sys.stdout.flush()
    sys.stderr.flush()
    launcher.execute(list(argv), environment, where)
    raise AssertionError("execute does not return")


def shell_command(name: str) -> list[str]:
    """An interactive shell whose prompt says in which environment it is."""
    shell = os.environ.get("SHELL") or "/bin/sh"
    kind = Path(shell).name
    prompt = f"({name}) "
    if kind == "bash":
        start = (
            f'[ -f ~/.bashrc ] && . ~/.bashrc; PS1="{prompt}$PS1"; PATH="$CONDA_PREFIX/bin:$PATH"'
        )
        return [shell, "--rcfile", _rcfile(start), "-i"]
    return [shell, "-i"]


def _rcfile(text: str) -> str:
    """A file descriptor path that holds *text*, so that no file is left behind."""
    read_end, write_end = os.pipe()
    os.write(write_end, text.encode("utf-8"))
    os.close(write_end)
    os.set_inheritable(read_end, True)
    return f"/dev/fd/{read_end}"
