"""A version for a server elsewhere: everything that it needs to run what a link leads to."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from .lock import Lock
from .specification import Specification


class Lent(BaseModel):
    """What a connected server records of a version that its user may run without a role."""

    namespace_id: str
    namespace_title: str = ""
    namespace_kind: Literal["personal", "shared"]
    title: str = ""
    description: str = ""
    created_by: str
    specification_text: str
    specification: Specification
    run_link_scripts: list[str] = Field(default_factory=list)
    lock: Lock
    prefix: str = Field(description="Path of the store's files, for those who can read it there.")
    expires: datetime | None = Field(default=None, description="When the link ends.")
