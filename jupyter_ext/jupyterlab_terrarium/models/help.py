"""Asking for help: everything that somebody else needs to see why a build failed."""

from __future__ import annotations

from pydantic import Field

from .base import BaseModel


class BuildHelp(BaseModel):
    """One text to copy or to send. Secrets and home directories are taken out."""

    subject: str
    text: str = Field(description="Specification, explanation, log, versions and checks.")
    contact: str = Field(
        default="", description="Who helps in this namespace: a mail address or a URL."
    )
