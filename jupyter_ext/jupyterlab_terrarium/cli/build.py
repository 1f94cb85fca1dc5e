"""``build list | show | log | cancel | watch``, and the hidden ``drain``."""

from __future__ import annotations

import argparse
import contextlib
import time
from collections.abc import Iterator

from ..models.build import ENDED, Build, BuildState, LogEvent, PhaseEvent, ResultEvent, WorkerEvent
from . import texts
from .console import Console
from .exits import FAILED, INTERRUPTED, OK
from .port import Port, open_port
from .progress import describe, durations, follow

_LOG_SECONDS = 0.3


@contextlib.contextmanager
def opened(args: argparse.Namespace, *, builds: bool = False) -> Iterator[Port]:
    """The store of the options, closed afterwards."""
    port = open_port(args, builds=builds)
    try:
        yield port
    finally:
        port.close()


def list_all(args: argparse.Namespace, console: Console) -> int:
    """Newest first."""
    with opened(args) as port:
        builds = port.builds(True if args.active else None, max(1, min(args.limit, 500)))
    console.document(builds)
    rows = [
        (
            build.id,
            f"{build.namespace}/{build.environment}@{build.version}",
            describe(build),
            texts.age(build.created),
        )
        for build in builds
    ]
    if not rows:
        console.line("No builds.")
        return OK
    for line in texts.table(("ID", "ENVIRONMENT", "STATE", "CREATED"), rows):
        console.line(line)
    return OK


def show(args: argparse.Namespace, console: Console) -> int:
    """State, phases, problem."""
    with opened(args) as port:
        build = port.build(args.id)
    console.document(build)
    console.line(f"{build.namespace}/{build.environment}@{build.version}: {describe(build)}")
    console.line(f"  asked for by {build.requested_by}, {texts.age(build.created)}")
    spent = durations(build)
    if spent:
        console.line(f"  took {spent}")
    for warning in build.warnings:
        console.line(f"  warning: {warning}")
    if build.problem is not None:
        console.problem(build.problem, document=False)
    return OK


def log(args: argparse.Namespace, console: Console) -> int:
    """The log; with ``--follow`` until the build has ended."""
    offset = 0
    events: list[WorkerEvent] = []
    with opened(args) as port:
        while True:
            part = port.log(args.id, offset)
            events += part.events
            for event in part.events:
                _print_event(event, console)
            moved = part.next_offset > offset
            offset = part.next_offset
            if part.complete or (not moved and not args.follow):
                break
            if not moved:
                time.sleep(_LOG_SECONDS)
    console.document({"events": [event.model_dump(mode="json") for event in events]})
    return OK


def _print_event(event: WorkerEvent, console: Console) -> None:
    if isinstance(event, LogEvent):
        prefix = "" if event.level == "info" else f"{event.level}: "
        console.line(prefix + event.line)
    elif isinstance(event, PhaseEvent):
        console.line(f"-- {event.phase.value}")
    elif isinstance(event, ResultEvent):
        console.line("-- ready" if event.ok else "-- failed")


def help_with(args: argparse.Namespace, console: Console) -> int:
    """One text to send to somebody who can help."""
    with opened(args) as port:
        bundle = port.help(args.id)
    console.document(bundle)
    console.line(bundle.text.rstrip("\n"))
    if bundle.contact:
        console.note(f"Send it to {bundle.contact}.")
    return OK


def cancel(args: argparse.Namespace, console: Console) -> int:
    """Ask the build to end and wait until it has, at most some seconds."""
    with opened(args) as port:
        before = port.build(args.id)
        build = before if before.state in ENDED else port.cancel(args.id)
        port.begin_builds()
        end = time.monotonic() + 10
        while build.state not in ENDED and time.monotonic() < end:
            time.sleep(_LOG_SECONDS)
            build = port.build(args.id)
    console.document(build)
    if before.state in ENDED:
        console.note(f"The build has ended already: {build.state.value}.")
    elif build.state is BuildState.CANCELLED:
        console.line(f"Cancelled the build of {build.environment}@{build.version}.")
    else:
        console.note(f"The build was asked to end; now: {describe(build)}.")
    return OK


def watch(args: argparse.Namespace, console: Console) -> int:
    """Progress until the end."""
    with opened(args) as port:
        after = port.status().last_event
        try:
            build = follow(port, args.id, after)
        except KeyboardInterrupt:
            console.note(going_on(args.id, args))
            return INTERRUPTED
        console.document(build)
        return tell_result(build, console)


def drain(args: argparse.Namespace, console: Console) -> int:
    """Build what is in the queue, then end: what ``env create`` starts without ``--wait``."""
    from .background import drain as build_all
    from .settings import load_settings

    build_all(load_settings(args.root).options())
    return OK


def how_to(verb: str, build_id: str, args: argparse.Namespace) -> str:
    """The command that does *verb* to a build of the same store."""
    where = f" --root {args.root}" if args.root else ""
    if args.server:
        where = f" --server {args.server}"
    return f"jupyter terrarium build {verb} {build_id}{where}"


def going_on(build_id: str, args: argparse.Namespace) -> str:
    """What is said when somebody stops watching: the build does not stop with them."""
    follow_it, end_it = (how_to(verb, build_id, args) for verb in ("watch", "cancel"))
    return f"\nThe build goes on. Follow it:  {follow_it}\nEnd it:  {end_it}"


def tell_result(build: Build, console: Console) -> int:
    """How a build has ended, and the exit status for it."""
    name = f"{build.namespace}/{build.environment}@{build.version}"
    if build.state is BuildState.READY:
        spent = durations(build)
        how = "its files were there already" if build.reused else f"built in {spent}"
        console.line(f"{name} is ready: {how}." if build.reused or spent else f"{name} is ready.")
        for warning in build.warnings:
            console.note(f"Warning: {texts.sentence(warning)}")
        # Of a check: the version is there, and yet not what was asked for.
        return OK if build.problem is None else console.problem(build.problem, document=False)
    if build.state is BuildState.CANCELLED:
        console.note(f"The build of {name} was cancelled.")
        return FAILED
    console.note(f"The build of {name} failed.")
    if build.problem is not None:
        return console.problem(build.problem, document=False)
    return FAILED
