"""What clean-up would remove, and what that frees."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field

from .base import BaseModel

CleanupKind = Literal[
    "version",
    "environment",
    "prefix",
    "package",
    "bytecode",
    "wheel",
    "kept-package",
    "artifact",
    "leftover",
    "log",
    "kernelspec",
    "history",
]


class CleanupItem(BaseModel):
    """One thing that would go. ``name`` identifies it among those of its kind."""

    kind: CleanupKind
    name: str
    shown: str = Field(description="What people call it, e.g. `anna/analysis@3`.")
    owners: list[str] = Field(default_factory=list, description="Namespaces it belongs to.")
    reason: str
    size: int = Field(
        default=0,
        description="Bytes that removing this alone frees: files shared with others stay.",
    )


class UnkeptFile(BaseModel):
    """A package file that should be kept for years, and that cannot be had any more."""

    file_name: str
    version: str = Field(description="One that consists of it, e.g. `anna/analysis@3`.")
    why: str = Field(description="What its channel said when it was last asked.")


class CleanupReport(BaseModel):
    """Answer of ``GET cleanup``. ``id`` names exactly these items."""

    id: str
    made: datetime
    items: list[CleanupItem]
    freed: int = Field(description="Bytes that the disk has back; each file is counted once.")
    in_use: list[str] = Field(
        default_factory=list, description="Would go, but a kernel or a build holds it."
    )
    kept: int = Field(default=0, description="Versions with files that a rule keeps.")
    unkept: list[UnkeptFile] = Field(
        default_factory=list,
        description="Package files of versions that stay, which can no longer be kept.",
    )


class CleanupApply(BaseModel):
    """Body of ``POST cleanup``."""

    model_config = ConfigDict(extra="forbid")

    report: str = Field(max_length=64, description="Id of the report that was shown.")


class CleanupDone(BaseModel):
    """Answer of ``POST cleanup``."""

    removed: int
    skipped: list[str] = Field(
        default_factory=list, description="In use or wanted again since the report."
    )
    freed: int = Field(description="Bytes of the report; deleted from the disk while it is idle.")
