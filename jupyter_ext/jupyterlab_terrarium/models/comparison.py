"""What differs between two versions of an environment."""

from __future__ import annotations

from pydantic import Field

from .base import BaseModel
from .environment import VersionSummary
from .plan import PlanPlatform


class Comparison(BaseModel):
    """From the version ``before`` to the version ``after``.

    ``platforms`` shows what happens to each package, as a plan does; it is empty while one of the
    two has no lock.
    """

    before: VersionSummary
    after: VersionSummary
    specification: list[str] = Field(
        description="Unified diff of the two texts, line by line; empty when they are equal."
    )
    same_lock: bool = Field(description="Both have the very same package files.")
    comparable: bool = Field(description="Both have a lock.")
    platforms: list[PlanPlatform] = Field(default_factory=list)
