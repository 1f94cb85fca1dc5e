"""``run`` and ``shell``: this process becomes the command, in the environment."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..kernels.run import run_command, shell_command
from ..models.problem import Conflict, InvalidRequest
from .console import Console
from .env import namespace_of
from .local import LocalPort
from .names import Target


@dataclass(frozen=True)
class _Place:
    """Where an environment's files are: behind the stable link, or in a named prefix."""

    root: Path
    label: str
    link: Path | None
    prefix: str | None


def run(args: argparse.Namespace, console: Console) -> int:
    """Run a command; its exit status is ours."""
    words: list[str] = args.words[1:] if args.words[:1] == ["--"] else args.words
    if not words:
        raise InvalidRequest(
            "there is no command to run",
            "Write it at the end: jupyter terrarium run ENV -- python script.py",
        )
    return _become(_find(args), words)


def shell(args: argparse.Namespace, console: Console) -> int:
    """An interactive shell."""
    place = _find(args)
    return _become(place, shell_command(place.label))


def _become(place: _Place, words: Sequence[str]) -> int:
    run_command(place.root, words, name=place.label, link=place.link, prefix=place.prefix)


def _find(args: argparse.Namespace) -> _Place:
    """The files of the version that is asked for.

    Raises :class:`NotFound`, or :class:`Conflict` when the version has none yet.
    """
    target = Target.parse(args.env, version=True)
    port = LocalPort(args.root)
    try:
        namespace = namespace_of(port, target)
        name = f"{namespace}/{target.name}"
        if target.version in (None, "current"):
            if port.environment(namespace, target.name).current_version is None:
                raise Conflict(f"'{name}' has no version that is ready", _hint(name))
            return _Place(port.root, target.name, port.link(namespace, target.name), None)
        version = port.version(namespace, target.name, str(target.version))
        if version.prefix is None:
            raise Conflict(f"version {version.number} of '{name}' is not ready", _hint(name))
        label = f"{target.name}@{version.number}"
        return _Place(port.root, label, None, Path(version.prefix).name)
    finally:
        port.close()


def _hint(name: str) -> str:
    return f"See `jupyter terrarium env show {name}`."
