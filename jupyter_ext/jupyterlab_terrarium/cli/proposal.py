"""``jupyter terrarium proposal``."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing

from ..models.plan import Plan, PlanRequest
from ..models.problem import InvalidRequest
from ..models.proposal import (
    Proposal,
    ProposalAnswer,
    ProposalApproval,
    ProposalCreate,
    ProposalDetail,
)
from .console import Console
from .env import namespace_of
from .exits import FAILED, OK
from .names import Target, read_source
from .plan import tell_plan
from .team_port import TeamPort, open_team


def create(args: argparse.Namespace, console: Console) -> int:
    """Propose a text for an environment."""
    target = Target.parse(args.env)
    request = ProposalCreate(
        specification=_text(args.file),
        base_version=args.base,
        mode=args.mode or "keep",
        reason=_words(args.reason, "reason"),
    )
    with closing(open_team(args)) as team:
        made = team.propose(namespace_of(team, target), target.name, request)
    console.document(made)
    console.line(f"{_head(made)}\nIt is proposal {made.id}.")
    return OK


def list_all(args: argparse.Namespace, console: Console) -> int:
    """Your proposals, and those that you decide about; open ones unless all are asked for."""
    with closing(open_team(args)) as team:
        found = team.proposals(None if args.all else "open")
    console.document(found)
    for one in found:
        console.line(f"{one.id}  {one.state}  {_head(one)}")
    return OK


def show(args: argparse.Namespace, console: Console) -> int:
    """A proposal; what it would do, while it is open."""
    with closing(open_team(args)) as team:
        found = team.proposal(args.id)
        console.document(found)
        if args.specification:
            console.line(found.specification_text.rstrip("\n"))
            return OK
        console.line(_head(found))
        console.line(_state(found))
        if found.state == "open":
            _tell_plan(_plan(team, found, found.specification_text), console)
    return OK


def approve(args: argparse.Namespace, console: Console) -> int:
    """Show the plan, ask, and build exactly that; or the plan that `--plan` names."""
    text = None if args.file is None else _text(args.file)
    with closing(open_team(args)) as team:
        found = team.proposal(args.id)
        plan_id = args.plan
        if plan_id is None:
            plan = _plan(team, found, text or found.specification_text)
            console.line(_head(found))
            if found.moved_on:
                console.note(_moved(found))
            if not _tell_plan(plan, console):
                return FAILED
            if not args.yes and not _agreed(plan):
                console.note("Nothing was decided.")
                return FAILED
            plan_id = plan.id
        done = team.approve(
            args.id,
            ProposalApproval(
                plan=plan_id,
                specification=text,
                # What was printed was against the latest version, and said so.
                base_version=found.latest_version if args.plan is None else args.base,
                answer=args.message,
            ),
        )
        team.begin_builds()
    console.document(done)
    console.line(_state(done))
    return OK


def decline(args: argparse.Namespace, console: Console) -> int:
    """Say no, with a word."""
    with closing(open_team(args)) as team:
        done = team.decline(args.id, ProposalAnswer(answer=_words(args.message, "message")))
    console.document(done)
    console.line(_state(done))
    return OK


def withdraw(args: argparse.Namespace, console: Console) -> int:
    """Take one's own proposal back."""
    with closing(open_team(args)) as team:
        done = team.withdraw(args.id)
    console.document(done)
    console.line(_state(done))
    return OK


def _agreed(plan: Plan) -> bool:
    if not sys.stdin.isatty():
        raise InvalidRequest(
            "approving asks first, and there is nobody to ask",
            f"Give --yes, or --plan {plan.id} for exactly this plan.",
        )
    print("Approve and build exactly this? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _text(file: str) -> str:
    source = read_source(file)
    if source.specification is None:
        raise InvalidRequest(
            f"{source.shown} is a lockfile; a proposal is a specification",
            "Propose its specification.",
        )
    return source.specification


def _words(given: str, option: str) -> str:
    if not given.strip():
        raise InvalidRequest(f"say why, after --{option}", "Whoever reads it wants to know.")
    return given


def _plan(team: TeamPort, found: Proposal, text: str) -> Plan:
    return team.plan(
        PlanRequest(
            specification=text,
            namespace=found.namespace,
            environment=found.environment,
            mode=found.mode,
        )
    )


def _tell_plan(plan: Plan, console: Console) -> bool:
    """Print the plan; whether it can be built."""
    if plan.problem is not None:
        console.problem(plan.problem, document=False)
        return False
    tell_plan(plan, console)
    return True


def _head(one: Proposal) -> str:
    return f"{one.user} proposes for {one.namespace}/{one.environment}: {one.reason}"


def _moved(one: Proposal) -> str:
    return (
        f"{one.environment} has version {one.latest_version} now; version {one.base_version} was "
        "edited. The plan is against what is there now, and the text replaces it."
    )


def _state(one: ProposalDetail) -> str:
    if one.state == "open":
        return _moved(one) if one.moved_on else f"It was made from version {one.base_version}."
    word = f": {one.answer}" if one.answer else ""
    made = f" It is version {one.version}." if one.version is not None else ""
    return f"{one.state.capitalize()} by {one.decided_by}{word}.{made}"
