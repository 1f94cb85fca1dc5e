"""``env compare | point``, and the parts of ``env update`` that build nothing."""

from __future__ import annotations

import argparse

from ..models.comparison import Comparison
from ..models.environment import EnvironmentUpdate, PointerUpdate, VersionUpdate
from ..models.problem import InvalidRequest
from .build import opened
from .console import Console
from .env import namespace_of
from .exits import OK
from .names import Target, check_pointer_name
from .package_changes import tell_changes


def compare(args: argparse.Namespace, console: Console) -> int:
    """What differs between two versions of one environment: texts, then packages."""
    before = Target.parse(args.before, version=True)
    after = Target.parse(args.after, version=True)
    if (before.name, before.namespace) != (after.name, after.namespace):
        raise InvalidRequest(
            "two versions of one environment can be compared; these are of two",
            f"Write for example: env compare {before.name}@1 {before.name}@2",
        )
    with opened(args) as port:
        found = port.comparison(
            namespace_of(port, before),
            before.name,
            before.version or "current",
            after.version or "current",
        )
    console.document(found)
    _tell_comparison(found, console)
    return OK


def _tell_comparison(found: Comparison, console: Console) -> None:
    old, new = found.before.number, found.after.number
    for line in found.specification:
        console.line(line)
    if not found.specification:
        console.line(f"Versions {old} and {new} ask for the same.")
    if found.same_lock:
        console.line(f"Versions {old} and {new} have the same package files.")
    elif not found.comparable:
        console.line("The packages cannot be compared: one of the two has no lock yet.")
    for platform in found.platforms:
        tell_changes(platform, console)


def point(args: argparse.Namespace, console: Console) -> int:
    """Let a pointer lead to a version, or remove it."""
    target = Target.parse(args.env)
    pointer = check_pointer_name(args.pointer)
    if (args.version is None) != args.remove:
        raise InvalidRequest(
            "give a version to point to, or --remove", f"For example: env point {args.env} stable 3"
        )
    with opened(args) as port:
        namespace = namespace_of(port, target)
        name = f"{namespace}/{target.name}"
        if args.remove:
            port.remove_pointer(namespace, target.name, pointer)
            console.document({"removed": f"{name}@{pointer}"})
            console.line(f"{name} has no pointer '{pointer}' any more.")
            return OK
        version = Target.parse(f"{target.name}@{args.version}", version=True).version
        number = port.version(namespace, target.name, str(version)).number
        put = port.point(namespace, target.name, pointer, PointerUpdate(version=number))
    console.document(put)
    console.line(f"{name}@{pointer} is version {number} now.")
    return OK


def make_current(args: argparse.Namespace, console: Console) -> int:
    """Make a version that is ready the current one."""
    target = Target.parse(args.env)
    wanted = Target.parse(f"{target.name}@{args.current}", version=True).version
    with opened(args) as port:
        namespace = namespace_of(port, target)
        number = port.version(namespace, target.name, str(wanted)).number
        environment = port.update(namespace, target.name, EnvironmentUpdate(current=number))
    console.document(environment)
    console.line(f"{namespace}/{target.name}: version {number} is current now.")
    return OK


def hold(args: argparse.Namespace, console: Console) -> int:
    """Let new builds wait for somebody to make them current, or not any more."""
    target = Target.parse(args.env)
    with opened(args) as port:
        namespace = namespace_of(port, target)
        environment = port.update(namespace, target.name, EnvironmentUpdate(hold=args.hold))
    console.document(environment)
    name = f"{namespace}/{target.name}"
    if args.hold:
        console.line(f"{name} is on hold: new versions become current only when you say so.")
        console.line(f"Say so with:  jupyter terrarium env update {name} --current N")
    else:
        console.line(f"{name} is not on hold: the next version that is ready becomes current.")
    return OK


def recommend(args: argparse.Namespace, console: Console) -> int:
    """Let an environment stand first for all members of its namespace, or not any more."""
    target = Target.parse(args.env)
    wanted = EnvironmentUpdate(recommended=args.recommend)
    with opened(args) as port:
        namespace = namespace_of(port, target)
        environment = port.update(namespace, target.name, wanted)
    console.document(environment)
    is_now = "is recommended" if args.recommend else "is not recommended any more"
    console.line(f"{namespace}/{target.name} {is_now} to the members of {namespace}.")
    return OK


def note(args: argparse.Namespace, console: Console) -> int:
    """Write the note of a version; without one it is the latest version's."""
    target = Target.parse(args.env, version=True)
    with opened(args) as port:
        namespace = namespace_of(port, target)
        version = port.update_version(
            namespace, target.name, target.version or "latest", VersionUpdate(note=args.note)
        )
    console.document(version)
    place = f"{namespace}/{target.name}@{version.number}"
    console.line(f"{place}: {version.note}" if version.note else f"{place} has no note any more.")
    return OK
