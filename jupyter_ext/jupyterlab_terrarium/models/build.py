"""Builds: one attempt to make a version ready, and the typed events that a worker reports."""

from __future__ import annotations

from datetime import datetime
from enum import Enum, IntEnum
from typing import Annotated, Literal

from pydantic import Field

from .base import BaseModel
from .problem import Problem
from .specification import CheckKind


class BuildState(str, Enum):
    """States of a build, in the order in which they are passed."""

    QUEUED = "queued"
    SOLVING = "solving"
    FETCHING = "fetching"
    LINKING = "linking"
    FINISHING = "finishing"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Priority(IntEnum):
    """How urgent a build is; lower comes first."""

    INTERACTIVE = 0
    WATCHED = 1
    REBUILD = 2


ENDED = frozenset({BuildState.READY, BuildState.FAILED, BuildState.CANCELLED})
#: The others: few builds are in one of these, so the database finds them by it.
ACTIVE = tuple(state for state in BuildState if state not in ENDED)


class PhaseEvent(BaseModel):
    """The build entered a phase (`solving`, `fetching`, `linking`, `finishing`)."""

    kind: Literal["phase"] = "phase"
    time: float = Field(default=0.0, description="Seconds since the epoch.")
    phase: BuildState


class ProgressEvent(BaseModel):
    """How far the phase is."""

    kind: Literal["progress"] = "progress"
    time: float = 0.0
    phase: BuildState
    packages_done: int = 0
    packages_total: int = 0
    bytes_done: int = 0
    bytes_total: int = 0
    current: str = Field(default="", description="The package that is being worked on.")


class LogEvent(BaseModel):
    """One line of log, without the line end, at most 4,000 characters."""

    kind: Literal["log"] = "log"
    time: float = 0.0
    line: str
    level: Literal["info", "warning", "error"] = "info"


class CheckResult(BaseModel):
    """How one check of the specification went. ``output`` is the end of what it printed."""

    kind: CheckKind
    text: str = Field(description="Module or command as written; of a notebook its first words.")
    ok: bool
    seconds: float = 0.0
    output: str = ""


class ResultEvent(BaseModel):
    """The last event of a worker.

    ``warnings`` makes the version "ready with a warning". ``size`` is in bytes, the sum of all
    files in the prefix; ``kernels`` lists the kernelspec names found in it.
    """

    kind: Literal["result"] = "result"
    time: float = 0.0
    ok: bool
    problem: Problem | None = None
    warnings: list[str] = Field(default_factory=list)
    size: int = 0
    files: int = 0
    kernels: list[str] = Field(default_factory=list)
    reused: bool = Field(default=False, description="The prefix was complete already.")
    checks: list[CheckResult] = Field(default_factory=list)
    sha256: str = Field(default="", description="Of the blob, of an artifact that was made.")


WorkerEvent = Annotated[
    PhaseEvent | ProgressEvent | LogEvent | ResultEvent, Field(discriminator="kind")
]


class Progress(BaseModel):
    """The last known progress of a build."""

    packages_done: int = 0
    packages_total: int = 0
    bytes_done: int = 0
    bytes_total: int = 0
    current: str = ""
    seconds_left: float | None = Field(
        default=None,
        description="Expected seconds from now until the build has ended, going by earlier builds "
        "of this store, and for one that waits by those before it; null when too little is known.",
    )


class Phase(BaseModel):
    """A phase that was entered, and how long it took (seconds; null while it lasts)."""

    phase: BuildState
    started: datetime
    seconds: float | None = None


class Build(BaseModel):
    """One attempt to make a version ready."""

    id: str
    namespace: str
    environment: str
    environment_id: str
    version: int
    state: BuildState
    progress: Progress = Field(default_factory=Progress)
    phases: list[Phase] = Field(default_factory=list)
    problem: Problem | None = None
    warnings: list[str] = Field(default_factory=list)
    checks: list[CheckResult] = Field(default_factory=list)
    requested_by: str
    created: datetime
    started: datetime | None = None
    finished: datetime | None = None
    cancel_requested: bool = False
    reused: bool = False
    retries: int = Field(default=0, description="How often it was tried again for the network.")
    position: int | None = Field(
        default=None, description="Place in the queue, from 1; null when it does not wait."
    )


class BuildLog(BaseModel):
    """A part of a build's log. ``next_offset`` is where to go on (bytes in the log file)."""

    events: list[WorkerEvent]
    next_offset: int
    complete: bool = Field(description="The build has ended and nothing more will follow.")
