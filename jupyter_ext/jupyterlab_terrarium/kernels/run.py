"""Running a command or a shell in an environment, through the functions of the launcher."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from ..models.problem import NotFound, StoreUnusable
from . import launcher

_START_FILES = Path(__file__).parent / "shell"


def run_command(
    root: Path,
    argv: Sequence[str],
    *,
    name: str,
    link: Path | None = None,
    prefix: str | None = None,
) -> NoReturn:
    """Become *argv* in the environment behind *link*, or in the *prefix* of that name.

    *link* may be relative to *root*; *name* is what the environment is called, `analysis` or
    `team/analysis@3`. The prefix is in use until the command ends. Only returns by raising:
    :class:`NotFound` when the environment or the program is not there, :class:`StoreUnusable`
    while the files are being built or removed.
    """
    if link is None and prefix is None:
        raise ValueError("neither a link nor a prefix")
    pointer = f"prefixes/{prefix}" if link is None else str(link)
    label, _, version = name.partition("@")
    environment = label.rpartition("/")[2]
    if environment == label and link is not None:
        label = f"{link.parent.parent.name}/{environment}"
    try:
        held = launcher.hold(root, pointer, name)
    except launcher.LaunchError as error:
        kind = StoreUnusable if error.status == launcher.EX_TEMPFAIL else NotFound
        raise kind(error.message, error.hint) from error
    env = launcher.activation(held.prefix, os.environ, environment)
    env |= launcher.marks(held, label, version)
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        launcher.execute(argv, env, held)
    except OSError as error:
        raise NotFound(
            f"'{argv[0]}' cannot be run in {name}: {error.strerror or error}",
            "Add the package that brings it, or give the path of a program.",
        ) from error


def shell_command(name: str) -> list[str]:
    """An interactive ``$SHELL``, for :func:`run_command`; its prompt says *name*.

    A shell reads the user's own start files, which may put other programs first (`conda init`
    does). For bash, zsh and fish ours is read after them and puts the environment first again.
    """
    if os.name == "nt":
        return [os.environ.get("COMSPEC", "cmd.exe")]
    shell = os.environ.get("SHELL") or "/bin/sh"
    kind = Path(shell).name
    marker = f"({name}) "
    setting = ["env", f"TERRARIUM_PROMPT={marker}"]
    if kind == "bash":
        return [*setting, shell, "--rcfile", str(_START_FILES / "bashrc"), "-i"]
    if kind == "zsh":
        own = os.environ.get("ZDOTDIR") or str(Path.home())
        directory = _START_FILES / "zsh"
        return [*setting, f"TERRARIUM_ZDOTDIR={own}", f"ZDOTDIR={directory}", shell, "-i"]
    if kind == "fish":
        return [*setting, shell, "-i", "-C", f"source '{_START_FILES / 'config.fish'}'"]
    return [*setting, f"PS1={marker}$ ", shell, "-i"]
