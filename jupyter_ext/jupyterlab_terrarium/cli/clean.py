"""``clean``: what nobody needs any more, and removing it."""

from __future__ import annotations

import argparse
from collections import Counter

from ..models.cleanup import CleanupItem, CleanupReport
from . import texts
from .build import opened
from .console import Console
from .exits import OK

# These are listed one by one; of the others people want to know only how many there are.
_SHOWN = ("version", "environment", "prefix", "kept-package", "kernelspec")
_WORDS = {
    "package": "cached package files",
    "wheel": "cached wheels",
    "bytecode": "entries of byte code",
    "leftover": "leftovers of interrupted work",
    "log": "logs of builds that are gone",
    "history": "old events and plans",
}


def clean(args: argparse.Namespace, console: Console) -> int:
    """Report; with ``--apply`` remove what the report says."""
    with opened(args) as port:
        report = port.cleanup_report()
        _tell(report, console)
        if not args.apply:
            console.document(report)
            if report.items:
                console.line(
                    "Nothing was removed. Remove it with:  jupyter terrarium clean --apply"
                )
            return OK
        done = port.clean_up(report.id)
    console.document(done)
    for shown in done.skipped:
        console.line(f"kept      {shown}  (in use, or wanted again)")
    console.line(f"Removed {texts.count(done.removed, 'item')}, {texts.size(done.freed)}.")
    return OK


def _tell(report: CleanupReport, console: Console) -> None:
    for item in report.items:
        if item.kind in _SHOWN:
            console.line(f"{item.kind:13} {_line(item)}")
    counts = Counter(item.kind for item in report.items if item.kind not in _SHOWN)
    for kind, count in counts.items():
        size = sum(item.size for item in report.items if item.kind == kind)
        reasons = {item.reason for item in report.items if item.kind == kind}
        console.line(f"{count} {_WORDS[kind]}, {texts.size(size)}  ({'; '.join(sorted(reasons))})")
    for shown in report.in_use:
        console.line(f"in use        {shown}: not now")
    for one in report.unkept:
        console.line(f"cannot keep   {one.file_name} ({one.version}): {one.why}")
    if not report.items:
        console.line(f"Nothing to remove; {texts.count(report.kept, 'version')} kept.")
        return
    console.line(
        f"Together {texts.size(report.freed)} (files that others share are not counted); "
        f"{texts.count(report.kept, 'version')} kept."
    )


def _line(item: CleanupItem) -> str:
    whose = f" of {', '.join(item.owners)}" if item.owners and "/" not in item.shown else ""
    size = f", {texts.size(item.size)}" if item.size else ""
    return f"{item.shown}{whose}{size}: {item.reason}"
