"""``plan``: what a build would do."""

from __future__ import annotations

import argparse

from ..models.plan import Plan, PlanRequest
from ..models.problem import InvalidRequest
from .build import opened
from .console import Console
from .exits import OK
from .names import Target, read_source
from .package_changes import tell_changes


def plan(args: argparse.Namespace, console: Console) -> int:
    """Solve, compare, print. Exit status 3 when there is no solution."""
    source = read_source(args.file)
    if source.specification is None:
        raise InvalidRequest(
            f"{source.shown} is a lockfile: there is nothing to solve",
            "Build it with `env create -f`, or plan its specification.",
        )
    target = None if args.env is None else Target.parse(args.env)
    with opened(args) as port:
        answer = port.plan(
            PlanRequest(
                specification=source.specification,
                namespace=None if target is None else target.namespace,
                environment=None if target is None else target.name,
            )
        )
    console.document(answer)
    console.notices(answer.notices)
    if answer.problem is not None:
        return console.problem(answer.problem, document=False)
    _tell(answer, console)
    return OK


def _tell(answer: Plan, console: Console) -> None:
    for platform in answer.platforms:
        tell_changes(platform, console)
    for name in answer.link_scripts:
        console.line(f"{name} has a post-link script, which runs only if it is permitted.")
    if not answer.has_kernel:
        console.line("No package of this brings a kernel for notebooks.")
    ready = " Its files are here already." if answer.ready else ""
    console.line(f"Solved in {answer.seconds:.2f} s. Plan {answer.id}.{ready}")
