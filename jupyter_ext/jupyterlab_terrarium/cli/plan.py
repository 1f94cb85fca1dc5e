"""``plan``: what a build would do."""

from __future__ import annotations

import argparse

from ..models.plan import Plan, PlanRequest
from ..models.problem import InvalidRequest
from . import texts
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
                mode=args.mode,
            )
        )
        if answer.problem is not None and not answer.explained:
            # A screen shows the problem first; whoever called a command waits for its end anyway.
            answer.problem.explanation = port.explanation(answer.id)
            answer.explained = True
    console.document(answer)
    console.notices(answer.notices)
    if answer.problem is not None:
        return console.problem(answer.problem, document=False)
    tell_plan(answer, console)
    return OK


def tell_plan(answer: Plan, console: Console) -> None:
    """What building it changes, fetches and takes."""
    if answer.base_version is not None:
        how = "keeps what works of" if answer.mode == "keep" else "refreshes everything, against"
        console.line(f"This {how} version {answer.base_version}.")
    for platform in answer.platforms:
        tell_changes(platform, console)
    for name in answer.link_scripts:
        console.line(f"{name} has a post-link script, which runs only if it is permitted.")
    if not answer.has_kernel:
        console.line("No package of this brings a kernel for notebooks.")
    if answer.ready:
        console.line("Its files are here already: it will be ready at once.")
    elif answer.expected_seconds is not None:
        console.line(f"A build takes {texts.about(answer.expected_seconds)} on this server.")
    console.line(f"Solved in {answer.seconds:.2f} s. Plan {answer.id}.")
