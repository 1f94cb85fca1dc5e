"""``channel create | login | logout | list``."""

from __future__ import annotations

import argparse
import contextlib
import getpass
import sys

from ..conda import credentials
from . import texts
from .console import Console
from .exits import OK

_KINDS = {
    "token": "token",
    "conda-token": "token in the path, as conda does it",
    "password": "user name and password",
}


def create(args: argparse.Namespace, console: Console) -> int:
    """Make a channel; with ``--json`` the maker's own words go to standard error."""
    from ..conda.channel_maker.command import run

    if not console.as_json:
        return run(args)
    with contextlib.redirect_stdout(sys.stderr):
        status = run(args)
    if status == OK:
        console.document({"channel": args.directory.absolute().as_uri()})
    return status


def login(args: argparse.Namespace, console: Console) -> int:
    """Ask for the secret where nobody sees it, and keep it."""
    kind = "password" if args.user else "token"
    if sys.stdin.isatty():
        secret = getpass.getpass(f"{kind.capitalize()} for {args.url} (not shown): ")
    else:
        secret = sys.stdin.readline()
    if args.user:
        kept = credentials.login(args.url, username=args.user, password=secret)
    else:
        kept = credentials.login(args.url, token=secret)
    console.document({"host": kept.host, "kind": kept.kind})
    console.line(f"Kept the {kind} for {kept.host} in {credentials.auth_file()}.")
    return OK


def logout(args: argparse.Namespace, console: Console) -> int:
    """Forget."""
    credentials.logout(args.url)
    console.document({"forgotten": args.url})
    console.line(f"Forgot the login for {args.url}.")
    return OK


def list_all(args: argparse.Namespace, console: Console) -> int:
    """Hosts only; secrets are never shown."""
    found = credentials.logins()
    console.document({"logins": [{"host": item.host, "kind": item.kind} for item in found]})
    if not found:
        console.line("No logins. Add one:  jupyter terrarium channel login URL")
        return OK
    for line in texts.table(("HOST", "KIND"), [(item.host, _KINDS[item.kind]) for item in found]):
        console.line(line)
    return OK
