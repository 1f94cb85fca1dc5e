"""``jupyter terrarium token``."""

from __future__ import annotations

import argparse
from contextlib import closing
from urllib.parse import urlsplit

from ..models.problem import InvalidRequest
from ..models.token import Token, TokenCreate
from . import texts
from .console import Console
from .exits import OK
from .team_port import open_team


def create(args: argparse.Namespace, console: Console) -> int:
    """Make a token and show it, this once."""
    if not 1 <= args.days <= 366:
        raise InvalidRequest("a token lives 1 to 366 days", "Give --days a number in between.")
    if args.join is not None and urlsplit(args.join).scheme not in ("http", "https"):
        raise InvalidRequest(
            "what follows --join is not an http or https URL",
            "Give the URL at which others reach this store.",
        )
    request = TokenCreate(
        name=args.name, scopes=[args.scope], namespace=args.namespace, expires_days=args.days
    )
    with closing(open_team(args)) as team:
        made = team.create_token(request, args.user)
    console.document(made)
    console.note(
        f"{made.user}: {words(made)}, until {texts.date(made.expires)}. "
        "This is shown once; the store keeps only a hash of it."
    )
    # Behind the `#` no browser and no program sends it to a server by mistake.
    console.line(made.token if args.join is None else f"{args.join}#{made.token}")
    return OK


def list_all(args: argparse.Namespace, console: Console) -> int:
    """List tokens, newest first."""
    with closing(open_team(args)) as team:
        found = team.tokens(args.everybody)
    console.document(found)
    for one in found:
        who = f"{one.user}  " if args.everybody else ""
        used = "never used" if one.last_used is None else f"used {texts.date(one.last_used)}"
        console.line(
            f"{one.id}  {who}{one.state}  {words(one)}, until {texts.date(one.expires)}, {used}"
            + (f"  {one.name}" if one.name else "")
        )
    return OK


def revoke(args: argparse.Namespace, console: Console) -> int:
    """End a token."""
    with closing(open_team(args)) as team:
        team.revoke_token(args.id)
    console.document({"id": args.id, "state": "revoked"})
    console.line(f"{args.id} is revoked.")
    return OK


def words(token: Token) -> str:
    """What a token permits, and where."""
    where = "everywhere" if token.namespace is None else f"in {token.namespace}"
    return f"{'+'.join(token.scopes)} {where}"
