"""The record of a notebook: the version that it was made with.

It stands in the notebook's metadata under one key, sorted and without times, so that saving
changes nothing when nothing has changed.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from .base import BaseModel
from .names import MAX_NAME_LENGTH, NAME_PATTERN

#: The key of the notebook's metadata.
RECORD_KEY = "terrarium"

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class NotebookRecord(BaseModel):
    """What a notebook remembers. Written by browsers, so nothing in it is believed."""

    environment: str = Field(
        pattern=rf"^{NAME_PATTERN}/{NAME_PATTERN}$",
        max_length=2 * MAX_NAME_LENGTH + 1,
        description="`namespace/name`, as it was called when the notebook was saved.",
    )
    version: int = Field(ge=1, lt=10**9)
    lock_digest: Digest
    store: str = Field(
        default="", max_length=500, description="Address of the store; empty when it has none."
    )
    scratch: bool = Field(
        default=False, description="Whether packages were tried out on top, by hand."
    )

    @property
    def namespace(self) -> str:
        """The namespace that the environment was in."""
        return self.environment.partition("/")[0]

    @property
    def name(self) -> str:
        """The name that the environment had."""
        return self.environment.partition("/")[2]


class RunningKernel(BaseModel):
    """What a kernel runs: that version which was current at its start, not the one that is now."""

    environment_id: str
    record: NotebookRecord


class RecordCreate(BaseModel):
    """Body of ``POST environments/{namespace}/{name}/versions/{version}/records``."""

    model_config = ConfigDict(extra="forbid")
    notebook: str = Field(
        pattern=r"^[0-9a-f]{16,64}$",
        description="An opaque mark of the file, hexadecimal; its name and path are not told.",
    )
