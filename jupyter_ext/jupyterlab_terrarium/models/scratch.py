"""Scratch layers: private, writable, over the read-only prefix of a version."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from .base import BaseModel


class AddedPackage(BaseModel):
    """A package that was installed by hand. ``source`` is a directory or URL, if it has one."""

    name: str
    version: str
    source: str = ""
    editable: bool = False


class Scratch(BaseModel):
    """One scratch layer of the caller, with what was added to it by hand."""

    id: str
    namespace: str
    environment: str
    version: int
    kernel: str = Field(description="Name of its kernelspec.")
    display_name: str
    created: datetime
    added: list[AddedPackage] = Field(default_factory=list)


class KeptScratch(BaseModel):
    """The specification that a scratch layer becomes: that of its version and what was added."""

    specification: str
    notices: list[str] = Field(
        default_factory=list, description="What cannot be kept as it is, and what to do about it."
    )
