"""Words and numbers for people: sizes, times, tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

from ..models.texts import sentence as sentence
from ..models.texts import size as size


def seconds(value: float) -> str:
    """A duration, e.g. ``0.8 s`` or ``2 min 5 s``."""
    if value < 60:
        return f"{value:.1f} s"
    return f"{int(value // 60)} min {int(value % 60)} s"


def about(value: float) -> str:
    """An expected duration in seconds, without false precision, e.g. ``about 40 s``."""
    if value < 1:
        return "less than a second"
    if value < 10:
        return f"about {value:.0f} s"
    if value < 90:
        return f"about {round(value / 5) * 5} s"
    return f"about {round(value / 60)} min"


def age(moment: datetime) -> str:
    """How long ago *moment* was, roughly."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    passed = (datetime.now(timezone.utc) - moment).total_seconds()
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if passed >= length:
            return f"{int(passed // length)} {unit} ago"
    return "just now"


def date(moment: datetime | None) -> str:
    """The day of *moment*."""
    return "never" if moment is None else moment.strftime("%Y-%m-%d")


def count(number: int, noun: str) -> str:
    """*number* and *noun*, in the plural unless there is one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a left-aligned table with two spaces between columns."""
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, *rows)
    ]
