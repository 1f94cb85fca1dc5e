"""What ``as-of`` means for what people are told: dates that are missing, answers that are none."""

from __future__ import annotations

import datetime
from typing import TypeVar

from ..models.lock import Lock
from ..models.problem import Finding, TerrariumError
from ..models.specification import Specification

_Error = TypeVar("_Error", bound=TerrariumError)


def in_words(moment: datetime.datetime) -> str:
    """``2025-06-01`` for the end of that day (UTC), else the time as well."""
    utc = moment.astimezone(datetime.timezone.utc)
    if (utc.hour, utc.minute, utc.second) == (23, 59, 59):
        return utc.date().isoformat()
    return utc.strftime("%Y-%m-%d %H:%M:%S UTC")


def dated(error: _Error, exclude_newer: datetime.datetime | None) -> _Error:
    """*error* with the hint that ``as-of`` may be why; the same error without one."""
    if exclude_newer is not None:
        why = f"`as-of` leaves out what was published after {in_words(exclude_newer)}: "
        error.hint = f"{error.hint} {why}a later date may help.".strip()
    return error


def undated(specification: Specification, lock: Lock) -> list[Finding]:
    """A notice for each channel whose packages have no date, so that ``as-of`` left none out."""
    if specification.as_of is None:
        return []
    channels = {
        package.channel
        for part in lock.platforms
        for package in part.conda
        if package.timestamp == 0
    }
    return [
        Finding(
            message=f"The index of {channel} has packages without a date, so `as-of` left none "
            "of those out: they may be newer.",
            hint="Ask the channel's owner to index it with dates, or pin these packages.",
            path="as-of",
        )
        for channel in sorted(channels)
    ]
