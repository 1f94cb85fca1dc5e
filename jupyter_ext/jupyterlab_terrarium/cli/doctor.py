"""``doctor``: what Terrarium needs, checked one by one, and what to do where it is missing."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from ..models.problem import TerrariumError
from ..services.checks import Check, all_checks, broken, ok, safely, versions, warning
from .console import Console
from .exits import FAILED, OK

_MARKS = {"ok": "✓", "warning": "!", "broken": "✗"}


def doctor(args: argparse.Namespace, console: Console) -> int:
    """All checks, each said as soon as it is done."""
    found: list[Check] = []
    for check in _remote(args.server) if args.server else _local(args):
        found.append(check)
        console.line(f"{_MARKS[check.state]} {check.name}: {check.message}")
        if check.hint:
            console.line(f"    {check.hint}")
    bad = sum(check.state == "broken" for check in found)
    console.document({"ok": not bad, "checks": [vars(check) for check in found]})
    if bad:
        console.line(f"\n{bad} of {len(found)} checks found something broken.")
    return FAILED if bad else OK


def _local(args: argparse.Namespace) -> Iterator[Check]:
    from .settings import load_settings

    yield from safely("versions", versions)
    try:
        options = load_settings(args.root).options()
    except TerrariumError as error:
        yield broken("settings", error.message, error.hint)
        return
    yield from all_checks(options)


def _remote(url: str) -> Iterator[Check]:
    from .._version import __version__
    from .remote import RemotePort

    try:
        status = RemotePort.from_environment(url).status()
    except TerrariumError as error:
        yield broken("server", error.message, error.hint)
        return
    yield ok("server", f"answers as Terrarium {status.version}; you are {status.user}")
    if status.version != __version__:
        yield warning(
            "versions",
            f"the server has {status.version}, this program is {__version__}",
            "Install the same version on both.",
        )
    for problem in status.problems:
        yield warning("store", problem.message, problem.hint)
    yield ok("builds", f"{status.builds_running} running, {status.builds_queued} waiting")
