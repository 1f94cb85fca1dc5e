"""``env rename | move | copy``: another name or place, or a second environment, at once."""

from __future__ import annotations

import argparse

from ..models.environment import EnvironmentCopy, EnvironmentUpdate
from ..models.problem import InvalidRequest
from .build import opened
from .console import Console
from .env import namespace_of
from .exits import OK
from .names import Target


def rename(args: argparse.Namespace, console: Console) -> int:
    """Another name; versions and kernels stay."""
    name = Target.parse(args.name).name
    return _relocate(args, console, EnvironmentUpdate(name=name))


def move(args: argparse.Namespace, console: Console) -> int:
    """Another namespace; versions and kernels go with it."""
    namespace = Target.parse(args.namespace).name
    return _relocate(args, console, EnvironmentUpdate(namespace=namespace))


def _relocate(args: argparse.Namespace, console: Console, request: EnvironmentUpdate) -> int:
    target = Target.parse(args.env)
    with opened(args) as port:
        namespace = namespace_of(port, target)
        environment = port.update(namespace, target.name, request)
    console.document(environment)
    console.line(
        f"{namespace}/{target.name} is {environment.namespace}/{environment.name} now; "
        "its versions and kernels are the same."
    )
    return OK


def copy(args: argparse.Namespace, console: Console) -> int:
    """An environment of its own, from one version or with the whole history."""
    source = Target.parse(args.env, version=True)
    place = Target.parse(args.copy)
    if args.history and source.version is not None:
        raise InvalidRequest(
            "a copy of one version has no history", "Leave out --history or the version."
        )
    with opened(args) as port:
        namespace = namespace_of(port, source)
        environment = port.copy(
            namespace,
            source.name,
            EnvironmentCopy(
                namespace=place.namespace,
                name=place.name,
                version=source.version,
                history=args.history,
            ),
        )
        port.begin_builds()
    console.document(environment)
    console.line(
        f"{environment.namespace}/{environment.name} is a copy of {namespace}/{source.name}."
    )
    return OK
