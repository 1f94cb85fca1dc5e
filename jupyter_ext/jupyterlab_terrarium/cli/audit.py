"""``jupyter terrarium audit``."""

from __future__ import annotations

import argparse
from contextlib import closing

from ..models.problem import InvalidRequest
from .console import Console
from .exits import OK
from .team_port import open_team


def show(args: argparse.Namespace, console: Console) -> int:
    """Print the newest lines of the audit; with `--lines` as JSON lines."""
    if args.limit < 1:
        raise InvalidRequest("--limit is at least 1")
    with closing(open_team(args)) as team:
        found = team.audit(args.namespace, args.limit)
    console.document(found)
    for one in found:
        if args.lines:
            console.line(one.model_dump_json())
            continue
        more = "  ".join(f"{name}={value}" for name, value in one.data.items())
        when = one.time.strftime("%Y-%m-%d %H:%M:%S")
        where = one.target or one.namespace or ""
        how = f"{one.outcome}  ({one.origin})  {more}".rstrip()
        console.line(f"{when}  {one.user}  {one.action}  {where}  {how}")
    return OK
