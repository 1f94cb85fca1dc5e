"""Places in a text."""

from __future__ import annotations

from pydantic import Field

from .base import BaseModel


class Place(BaseModel):
    """Where in a text something is wrong. Lines and columns count from 1."""

    line: int = Field(ge=1)
    column: int = Field(ge=1)
