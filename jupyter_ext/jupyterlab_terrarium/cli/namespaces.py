"""``namespace list | create | members | add | remove | transfer``."""

from __future__ import annotations

import argparse
from typing import cast

from ..models.namespace import MemberKind, MemberUpdate, NamespaceCreate
from ..models.problem import InvalidRequest
from ..models.transfer import TransferRequest
from . import texts
from .build import opened
from .console import Console
from .exits import OK
from .names import Target


def list_all(args: argparse.Namespace, console: Console) -> int:
    """Your own first."""
    with opened(args) as port:
        found = port.namespaces()
    console.document(found)
    rows = [
        (item.name, item.role, item.kind, str(item.environments), item.group or "-", item.title)
        for item in found
    ]
    for line in texts.table(("NAME", "ROLE", "KIND", "ENVIRONMENTS", "GROUP", "TITLE"), rows):
        console.line(line)
    return OK


def create(args: argparse.Namespace, console: Console) -> int:
    """A shared one; who calls is its owner."""
    request = NamespaceCreate(name=_name(args.name), title=args.title)
    with opened(args) as port:
        made = port.create_namespace(request)
    console.document(made)
    console.line(f"{made.name} was made; you are its owner.")
    console.line(f"Add others:  jupyter terrarium namespace add {made.name} MEMBER --role editor")
    return OK


def members(args: argparse.Namespace, console: Console) -> int:
    """Users first, then groups."""
    with opened(args) as port:
        found = port.members(*_place(args.namespace))
    console.document(found)
    rows = [
        (
            f"group:{item.name}" if item.kind == "group" else item.name,
            item.role,
            texts.age(item.since),
            item.added_by or "-",
        )
        for item in found
    ]
    for line in texts.table(("MEMBER", "ROLE", "SINCE", "ADDED BY"), rows):
        console.line(line)
    return OK


def add(args: argparse.Namespace, console: Console) -> int:
    """In place of the role that they have."""
    place = _place(args.namespace)
    with opened(args) as port:
        put = port.put_member(*place, *_member(args.member), MemberUpdate(role=args.role))
    console.document(put)
    console.line(f"{args.member} is {put.role} of {args.namespace} now.")
    if place[1] is not None:
        console.line(f"It counts for those who see the namespace {place[0]}.")
    return OK


def remove(args: argparse.Namespace, console: Console) -> int:
    """The role goes; environments stay."""
    place = _place(args.namespace)
    with opened(args) as port:
        port.remove_member(*place, *_member(args.member))
    console.document({"removed": args.member, "from": args.namespace})
    console.line(f"{args.member} has no role of their own in {args.namespace} any more.")
    return OK


def transfer(args: argparse.Namespace, console: Console) -> int:
    """Say of each thing where it is now."""
    request = TransferRequest(
        to_user=args.to, to_namespace=None if args.into is None else _name(args.into)
    )
    with opened(args) as port:
        done = port.transfer(args.user, request)
    console.document(done)
    for item in done.environments:
        note = " (the name was taken)" if item.renamed else ""
        console.line(f"{item.before} is {item.after} now{note}.")
    for role in done.roles:
        if role.kept:
            console.note(
                f"{args.user} is still {role.role} of {role.namespace}: its owners decide."
            )
        else:
            console.line(f"{args.to} has the role of {args.user} in {role.namespace}: {role.role}.")
    if done.links:
        console.line(f"{texts.count(done.links, 'link')} went with them.")
    if done.deleted:
        console.line(f"{texts.count(done.deleted, 'deleted environment')} went with them, too.")
    if not (done.environments or done.roles or done.deleted):
        console.line(f"{args.user} owns nothing.")
    return OK


def _name(text: str) -> str:
    target = Target.parse(text)
    if target.namespace is not None:
        raise InvalidRequest(f"'{text}' is an environment; this is about a namespace")
    return target.name


def _place(text: str) -> tuple[str, str | None]:
    """``team`` for the whole namespace, or ``team/analysis`` for one environment of it."""
    target = Target.parse(text)
    return (target.name, None) if target.namespace is None else (target.namespace, target.name)


def _member(text: str) -> tuple[MemberKind, str]:
    """``anna``, ``user:anna`` or ``group:geo``."""
    kind, colon, name = text.partition(":")
    if colon and kind in ("user", "group"):
        return cast(MemberKind, kind), name
    return "user", text
