"""What the solver process is asked and what it answers, as models: each line is parsed once."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ..artifacts.form import Subject
from ..conda.channels import ChannelConfig
from ..models.lock import Lock
from ..models.platforms import host_platform
from ..models.policy import SdistPolicy
from ..models.problem import Problem
from ..models.specification import Specification


class Nothing(BaseModel):
    """No parameters."""


class Configured(BaseModel):
    """Parameters of whatever looks into channels."""

    model_config = ConfigDict(extra="forbid")
    config: ChannelConfig


class SolveRequest(Configured):
    """A lock is wanted. Package files of ``locked`` are preferred where they fit.

    On its way ``locked`` is the number of a lock that was sent before.
    """

    specification: Specification
    locked: Lock | None = Field(default=None, exclude=True)
    lock_number: int | None = None
    platforms: list[str] = Field(default_factory=list, description="Override its own.")
    sdists: SdistPolicy = "never"

    def wanted(self, specification: Specification) -> list[str]:
        """The platforms that *specification* is solved for: it may be an edit of ours."""
        own = specification.platforms
        if not self.platforms:
            return own or [host_platform()]
        return [one for one in self.platforms if not own or one in own]


class ExplainRequest(SolveRequest):
    """Why ``text``, read as ``specification``, has no solution: ``problem``, in other words."""

    text: str
    problem: Problem
    seconds: float


class SearchRequest(Configured):
    """Package names that match ``query``."""

    query: str
    channels: list[str]
    platform: str
    limit: int


class VersionsRequest(Configured):
    """Versions of the package ``name``."""

    name: str
    channels: list[str]
    platform: str


class RefreshRequest(Configured):
    """Indexes to be read again; none named: all."""

    channels: list[str]


class LockfileText(Configured):
    """A lockfile of any kind."""

    text: str


class LockfileLock(BaseModel):
    """A lock to be written as a conda-lock file."""

    lock: Lock


class ProbeRequest(BaseModel):
    """Whether the channel at ``url`` answers within ``timeout`` seconds."""

    url: str
    timeout: float


class FormTextRequest(BaseModel):
    """The text that is the form called ``form`` of a version."""

    form: str
    subject: Subject
    platform: str
    options: dict[str, Any]
