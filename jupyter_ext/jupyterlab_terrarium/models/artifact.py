"""Artifacts: further forms of a version, made on request and kept as blobs."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any, Literal

from pydantic import ConfigDict, Field, model_validator

from .base import BaseModel
from .problem import Problem

FormNeeds = Literal["text", "packages", "prefix"]
#: What it is for: to install it again, to have the files, to run it in a container or on a cluster,
#: to tell other tools about it.
FormGroup = Literal["recipe", "files", "container", "tools"]
_MAX_OPTIONS = 4096


class ArtifactState(str, Enum):
    """States of an artifact."""

    QUEUED = "queued"
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"


#: It is being made, or will be.
UNDER_WAY = (ArtifactState.QUEUED, ArtifactState.MAKING)


class ArtifactProgress(BaseModel):
    """How far making it is, in bytes or files. ``total`` is 0 as long as it is not known."""

    done: int = 0
    total: int = 0
    current: str = Field(default="", description="What is being worked on.")


class Artifact(BaseModel):
    """One form of one version, for one platform unless ``platform`` is empty."""

    id: str
    form: str
    platform: str = ""
    options: dict[str, Any] = Field(default_factory=dict)
    state: ArtifactState
    progress: ArtifactProgress = Field(default_factory=ArtifactProgress)
    problem: Problem | None = None
    file_name: str
    media_type: str
    sha256: str = Field(default="", description="Of the file; empty until it is ready.")
    size: int = Field(default=0, description="Bytes.")
    requested_by: str
    created: datetime
    finished: datetime | None = None


class FormView(BaseModel):
    """A form that this version can take, and what was made of it already."""

    form: str
    title: str
    purpose: str = Field(description="One sentence: whom it is for.")
    group: FormGroup = Field(description="Forms of one group are shown together.")
    suffix: str
    needs: FormNeeds = Field(
        description="`text` is there at once, `packages` is made on any server, `prefix` is made "
        "where the version is ready."
    )
    platforms: list[str] = Field(
        description="Platforms that there is one for; empty: one for all of them."
    )
    options: dict[str, Any] = Field(
        default_factory=dict, description="JSON schema of the options; empty: it has none."
    )
    unavailable: str = Field(default="", description="Why it cannot be made now, in a sentence.")
    artifacts: list[Artifact] = Field(default_factory=list)


class ArtifactChoice(BaseModel):
    """Which one of a form. ``platform`` is by default that of the server, where that is locked."""

    model_config = ConfigDict(extra="forbid")

    platform: str | None = Field(default=None, max_length=40)
    options: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _bounded(cls, value: Any) -> Any:
        options = value.get("options") if isinstance(value, dict) else None
        if options is not None and len(str(options)) > _MAX_OPTIONS:
            raise ValueError(f"the options have more than {_MAX_OPTIONS:,} characters")
        return value


class ArtifactQuery(BaseModel):
    """The same in a query: ``options`` is a JSON object."""

    model_config = ConfigDict(extra="forbid")

    platform: str | None = Field(default=None, max_length=40)
    options: str = Field(default="{}", max_length=_MAX_OPTIONS)
