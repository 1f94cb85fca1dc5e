"""``env list --deleted`` and ``env restore``."""

from __future__ import annotations

import argparse

from ..models.deletion import DeletedEnvironment
from ..models.names import check_name
from ..models.problem import InvalidRequest, NotFound
from . import texts
from .build import opened
from .console import Console
from .exits import OK
from .names import Target
from .port import Port


def list_all(args: argparse.Namespace, console: Console) -> int:
    """The last deleted one first."""
    with opened(args) as port:
        found = [
            item
            for item in port.deleted()
            if args.filter in item.name and args.namespace in (None, item.namespace)
        ]
    console.document(found)
    if not found:
        console.line("No deleted environment can be restored.")
        return OK
    rows = [
        (
            item.id,
            f"{item.namespace}/{item.name}",
            str(item.versions),
            texts.age(item.deleted),
            f"{item.until.astimezone():%Y-%m-%d}",
        )
        for item in found
    ]
    for line in texts.table(("ID", "NAME", "VERSIONS", "DELETED", "KEPT UNTIL"), rows):
        console.line(line)
    return OK


def restore(args: argparse.Namespace, console: Console) -> int:
    """By id, or the last deleted one of that name."""
    with opened(args) as port:
        chosen = _choose(port, args.env)
        environment = port.restore(chosen.id, _checked(args.name))
        console.document(environment)
        name = f"{environment.namespace}/{environment.name}"
        build = environment.build
        if environment.current is None and build is not None and build.finished is None:
            port.begin_builds()
            console.line(f"Restored {name}; its files are being made again (build {build.id}).")
        else:
            console.line(f"Restored {name}.")
    return OK


def _checked(name: str | None) -> str | None:
    try:
        return None if name is None else check_name(name)
    except ValueError as error:
        raise InvalidRequest(f"'{name}' is not a name: {error}") from None


def _choose(port: Port, text: str) -> DeletedEnvironment:
    found = port.deleted()
    for item in found:
        if item.id == text:
            return item
    target = Target.parse(text)
    namespace = target.namespace or port.status().namespace
    for item in found:
        if (item.namespace, item.name) == (namespace, target.name):
            return item
    raise NotFound(
        f"there is no deleted environment '{namespace}/{target.name}' that could be restored",
        "`jupyter terrarium env list --deleted` shows those that can.",
    )
