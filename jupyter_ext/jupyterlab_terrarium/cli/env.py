"""``env create | list | show | update | delete``."""

from __future__ import annotations

import argparse
import sys

from ..models.build import Build
from ..models.environment import (
    Environment,
    EnvironmentCreate,
    Version,
    VersionCreate,
)
from ..models.problem import InvalidRequest
from . import deleted, texts
from .build import going_on, how_to, opened, tell_result
from .console import Console
from .exits import FAILED, INTERRUPTED, OK
from .names import Target, read_source
from .port import Port
from .progress import follow


def namespace_of(port: Port, target: Target) -> str:
    """The namespace that *target* names, or the caller's own."""
    return target.namespace or port.status().namespace


def create(args: argparse.Namespace, console: Console) -> int:
    """Accept, then wait or return."""
    source = read_source(args.file)
    with opened(args, builds=args.wait) as port:
        after = port.status().last_event
        environment = port.create(
            EnvironmentCreate.model_validate(
                {
                    "name": _checked(args.name),
                    "namespace": _checked(args.namespace),
                    "title": args.title,
                    "specification": source.specification,
                    "lockfile": source.lockfile,
                }
            )
        )
        console.notices(environment.latest_version.notices)
        return finish(
            args, console, port, environment.namespace, environment.name, environment.build, after
        )


def _checked(name: str | None) -> str | None:
    return None if name is None else Target.parse(name).name


def finish(
    args: argparse.Namespace,
    console: Console,
    port: Port,
    namespace: str,
    name: str,
    build: Build | None,
    after: int,
) -> int:
    """After a version was accepted: follow its build, or say how to."""
    if build is None:
        raise InvalidRequest(f"'{namespace}/{name}' was accepted without a build")
    if not args.wait:
        port.begin_builds()
        console.document(port.environment(namespace, name))
        console.line(f"{namespace}/{name}@{build.version} was accepted; build {build.id}.")
        console.line(f"Follow it:  {how_to('watch', build.id, args)}")
        return OK
    try:
        ended = follow(port, build.id, after)
    except KeyboardInterrupt:
        console.note(going_on(build.id, args))
        return INTERRUPTED
    environment = port.environment(namespace, name)
    console.document(environment)
    status = tell_result(ended, console)
    if status == OK:
        _tell_content(environment, environment.latest_version, console)
    return status


def _tell_content(environment: Environment, version: Version, console: Console) -> None:
    console.line(f"  {texts.count(version.packages, 'package')}, {texts.size(version.size)}")
    if version.prefix:
        console.line(f"  files:  {version.prefix}")
    for kernel in environment.kernels:
        console.line(f"  kernel: {kernel.display_name} ({kernel.name})")


def list_all(args: argparse.Namespace, console: Console) -> int:
    """By namespace and name."""
    if args.deleted:
        return deleted.list_all(args, console)
    with opened(args) as port:
        found = port.environments(_checked(args.namespace), args.filter)
    console.document(found)
    if not found:
        console.line("No environments. Make one:  jupyter terrarium env create -f environment.yml")
        return OK
    rows = [
        (
            f"{item.namespace}/{item.name}",
            item.state.value,
            f"@{item.current}" if item.current else "-",
            str(item.packages) if item.packages else "-",
            texts.size(item.size) if item.size else "-",
            texts.age(item.updated),
        )
        for item in found
    ]
    head = ("NAME", "STATE", "CURRENT", "PACKAGES", "SIZE", "CHANGED")
    for line in texts.table(head, rows):
        console.line(line)
    return OK


def show(args: argparse.Namespace, console: Console) -> int:
    """An environment, or one version of it, or only its texts."""
    target = Target.parse(args.env, version=True)
    with opened(args) as port:
        namespace = namespace_of(port, target)
        if args.lockfile or args.specification:
            return _show_text(args, console, port, namespace, target)
        environment = port.environment(namespace, target.name)
        version = environment.current_version or environment.latest_version
        if target.version is not None:
            version = port.version(namespace, target.name, target.version)
    console.document(environment if target.version is None else version)
    _tell_environment(environment, version, console)
    return OK


def _show_text(
    args: argparse.Namespace, console: Console, port: Port, namespace: str, target: Target
) -> int:
    number = target.version or "latest"
    if args.lockfile:
        text = port.lockfile(namespace, target.name, number)
        key = "lockfile"
    else:
        text = port.version(namespace, target.name, number).specification_text
        key = "specification"
    console.document({key: text})
    if not console.as_json:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
    return OK


def _tell_environment(environment: Environment, version: Version, console: Console) -> None:
    title = f" - {environment.title}" if environment.title else ""
    console.line(f"{environment.namespace}/{environment.name}@{version.number}{title}")
    marks = [version.state.value, *(["current"] if version.current else [])]
    console.line(f"  state:  {', '.join(marks)}; latest version: {environment.latest}")
    console.line(f"  made:   {texts.age(version.created)} by {version.created_by}")
    if environment.recommended:
        console.line(f"  recommended to the members of {environment.namespace}")
    if environment.hold:
        console.line("  hold:   new versions do not become current by themselves")
    names = ", ".join(f"{item.name} = @{item.version}" for item in environment.pointers)
    if names:
        console.line(f"  points: {names}")
    if version.note:
        console.line(f"  note:   {version.note}")
    if version.lock_digest:
        console.line(f"  lock:   {version.lock_digest}")
    for platform in version.platforms:
        pip = f" and {platform.pip} pip" if platform.pip else ""
        console.line(f"          {platform.platform}: {platform.conda} conda{pip} packages")
    if version.prefix:
        _tell_content(environment, version, console)
    if environment.interpreter and version.current:
        console.line(f"  python: {environment.interpreter}")
    for warning in version.warnings:
        console.line(f"  warning: {warning}")
    build = version.build
    if build is not None and build.problem is not None and not version.prefix:
        console.problem(build.problem, document=False)


def update(args: argparse.Namespace, console: Console) -> int:
    """A new version, or what ``versions.py`` does."""
    from . import versions

    if args.mode is not None and args.file is None:
        raise InvalidRequest("--mode is for a new version", "Give its file with -f.")
    if args.current is not None:
        return versions.make_current(args, console)
    if args.hold is not None:
        return versions.hold(args, console)
    if args.recommend is not None:
        return versions.recommend(args, console)
    if args.file is None and args.note is not None:
        return versions.note(args, console)
    if args.file is None:
        raise InvalidRequest(
            "there is nothing to change",
            "Give -f FILE, --current, --hold, --no-hold, --recommend, --no-recommend or --note.",
        )
    target = Target.parse(args.env)
    source = read_source(args.file)
    with opened(args, builds=args.wait) as port:
        namespace = namespace_of(port, target)
        after = port.status().last_event
        version = port.add_version(
            namespace,
            target.name,
            VersionCreate(
                specification=source.specification,
                lockfile=source.lockfile,
                base_version=args.base,
                mode=args.mode,
                note=args.note or "",
            ),
        )
        console.notices(version.notices)
        return finish(args, console, port, namespace, target.name, version.build, after)


def delete(args: argparse.Namespace, console: Console) -> int:
    """Ask, then delete."""
    target = Target.parse(args.env)
    with opened(args) as port:
        namespace = namespace_of(port, target)
        environment = port.environment(namespace, target.name)
        name = f"{namespace}/{target.name}"
        if not args.yes and not _agreed(environment):
            console.note("Nothing was deleted.")
            return FAILED
        port.delete(namespace, target.name)
    console.document({"deleted": name})
    console.line(f"Deleted {name}. Kernels that run keep their files until they end.")
    console.line(f"Undo it with:  jupyter terrarium env restore {name}")
    return OK


def _agreed(environment: Environment) -> bool:
    if not sys.stdin.isatty():
        raise InvalidRequest(
            "deleting asks first, and there is nobody to ask",
            "Give --yes to delete without asking.",
        )
    name = f"{environment.namespace}/{environment.name}"
    versions = texts.count(environment.latest, "version")
    kernels = texts.count(len(environment.kernels), "kernel")
    print(
        f"Delete {name} with {versions} and {kernels}? [y/N] ", end="", file=sys.stderr, flush=True
    )
    return sys.stdin.readline().strip().lower() in ("y", "yes")
