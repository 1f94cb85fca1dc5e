"""Changes of packages, as `plan` and `env compare` print them."""

from __future__ import annotations

from ..models.plan import PlanChange, PlanPlatform
from . import texts
from .console import Console

_SIGNS = {
    "added": "+",
    "removed": "-",
    "up": "^",
    "down": "v",
    "rebuilt": "~",
    "channel": "~",
    "kept": "=",
}


def tell_changes(platform: PlanPlatform, console: Console) -> None:
    """A headline with counts, and a table with a line for each package that changes."""
    console.line(_headline(platform))
    changed = [change for change in platform.changes if change.change != "kept"]
    rows = [_row(change) for change in changed]
    if rows:
        for line in texts.table(("", "PACKAGE", "VERSION", "SIZE", ""), rows):
            console.line("  " + line)
    kept = len(platform.changes) - len(changed)
    if kept:
        console.line(f"  {texts.count(kept, 'package')} unchanged")


def _headline(platform: PlanPlatform) -> str:
    counts = [
        f"{number} {word}"
        for number, word in (
            (platform.added, "new"),
            (platform.changed, "changed"),
            (platform.removed, "removed"),
        )
        if number
    ]
    disk = f", disk about {texts.size(platform.disk)}" if platform.disk else ""
    words = ", ".join(counts) or "no change"
    return f"{platform.platform}: {words}; download {texts.size(platform.download)}{disk}"


def _row(change: PlanChange) -> tuple[str, str, str, str, str]:
    both = change.before and change.after and change.before != change.after
    version = f"{change.before} -> {change.after}" if both else change.after or change.before
    remarks = [
        word
        for word, holds in (
            ("pip", change.kind == "pip"),
            ("asked for", change.requested),
            (f"now from {change.channel}", change.change == "channel"),
            ("cached", change.cached),
            ("post-link script", change.link_script),
        )
        if holds
    ]
    size = texts.size(change.size) if change.size and change.change != "removed" else ""
    return _SIGNS[change.change], change.name, version, size, ", ".join(remarks)
