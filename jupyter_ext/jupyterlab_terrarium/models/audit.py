"""The audit: who did what, when, from where, and how it ended."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from .base import BaseModel

DONE = "done"


class AuditEntry(BaseModel):
    """One line of the audit. Nothing of it is ever changed, and no secret is in it."""

    sequence: int
    time: datetime
    user: str
    action: str = Field(description="What, as `noun.verb`, e.g. `environment.delete`.")
    namespace: str | None = Field(default=None, description="Null: the store as a whole.")
    target: str = Field(default="", description="e.g. `team/data@3`, or the id of a thing.")
    origin: str = Field(
        default="", description="The address, `socket` or `shell`; and the id of a token, if any."
    )
    outcome: str = Field(description="`done`, or the code of the problem, e.g. `forbidden`.")
    data: dict[str, object] = Field(default_factory=dict)
