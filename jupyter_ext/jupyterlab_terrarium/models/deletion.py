"""Deleted environments, which can be restored for a while."""

from __future__ import annotations

from datetime import datetime

from pydantic import ConfigDict, Field

from .base import BaseModel
from .names import Name


class DeletedEnvironment(BaseModel):
    """An environment that was deleted and can still be restored."""

    id: str
    namespace: str
    name: str
    title: str = ""
    versions: int
    deleted: datetime
    until: datetime = Field(description="From then on clean-up may remove it for good.")


class EnvironmentRestore(BaseModel):
    """Body of ``POST deleted-environments/{environment}/restore``."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = Field(default=None, description="Default: the name that it had.")
