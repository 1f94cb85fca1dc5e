"""Events: the only source from which clients learn that something changed."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from .base import BaseModel

EventKind = Literal[
    "environment-created",
    "environment-updated",
    "environment-renamed",
    "environment-deleted",
    "version-created",
    "current-changed",
    "build-changed",
    "kernels-changed",
    "proposal-changed",
    "members-changed",
    "artifact-changed",
]


class Event(BaseModel):
    """One row of the event table. ``sequence`` grows; it never repeats."""

    sequence: int
    time: datetime
    kind: EventKind
    namespace: str = ""
    environment: str = ""
    environment_id: str = ""
    version: int | None = None
    build: str | None = None
    data: dict[str, object] = Field(default_factory=dict)


class EventPage(BaseModel):
    """Answer of ``GET events?after=N``. ``last`` is the next `after`."""

    events: list[Event]
    last: int
