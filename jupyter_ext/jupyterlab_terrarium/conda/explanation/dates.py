"""When ``as-of`` has a part in a contradiction: its line, and dates with which it would work."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from ...models.explanation import SpecificationLine
from ...models.specification import CondaRequirement
from ..as_of import in_words
from .candidates import DATE, Candidate, LineEdits
from .trials import Answer, Trials

_KEY = "as-of"


@dataclass
class LaterDate:
    """What is known without the date. ``days``: later ones that may do, the earliest first."""

    line: SpecificationLine | None = None
    candidates: list[Candidate] = field(default_factory=list)


async def look_later(
    trials: Trials, core: Sequence[CondaRequirement], edits: LineEdits
) -> LaterDate:
    """Whether the lines of *core* contradict each other only because of the date.

    Raises :class:`OutOfBudget`.
    """
    newest = trials.asked.newest
    if newest is None:
        return LaterDate()
    alone = await trials.solve_undated(core)
    if alone.records is None:
        return LaterDate()
    # Of the other lines, too: what they lead to may be younger than what this contradiction needs.
    whole = await trials.solve_undated(trials.asked.requirements)
    days = sorted({day for answer in (alone, whole) if (day := _youngest(answer, newest))})
    place, before = edits.text.value_place(_KEY), edits.text.value(_KEY)
    why = f"What was published after {in_words(newest)} does not exist for this specification"
    line = SpecificationLine(
        place=place,
        text=f"{_KEY}: {before}",
        why=f"{why}; it takes packages of {days[0]}." if days else f"{why}.",
    )
    made = [_edited(edits, day, before) for day in days] + [_without(edits, before)]
    return LaterDate(line, [one for one in made if one is not None])


def _youngest(answer: Answer, newest: datetime.datetime) -> str:
    """The day of the last package file of a solution; empty when *newest* permits all of it."""
    times = [record.timestamp for record in answer.records or [] if record.timestamp is not None]
    last = max((time.astimezone(datetime.timezone.utc) for time in times), default=None)
    return last.date().isoformat() if last is not None and last > newest else ""


def _edited(edits: LineEdits, day: str, before: str) -> Candidate | None:
    text = edits.text.set(_KEY, day)
    if text is None:
        return None
    return Candidate(
        DATE,
        f"Take packages up to {day}",
        f"Packages count that were published until {day}, the end of that day included.",
        text,
        edits.text.value_place(_KEY),
        before,
        day,
        change=f"{_KEY} {before} → {day}",
    )


def _without(edits: LineEdits, before: str) -> Candidate | None:
    text = edits.text.remove_key(_KEY)
    if text is None:
        return None
    return Candidate(
        DATE,
        "Take packages of any date",
        f"The line `{_KEY}: {before}` is taken out.",
        text,
        edits.text.value_place(_KEY),
        before,
        change=f"without {_KEY}",
    )
