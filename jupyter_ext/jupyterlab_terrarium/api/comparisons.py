"""``environments/{namespace}/{name}/versions/{version}/comparison``."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from ..access.principals import Principal
from ..models.base import BaseModel
from ..models.comparison import Comparison
from .base import TerrariumHandler
from .operation import operation


class ComparisonQuery(BaseModel):
    """Query that names the version to compare with."""

    model_config = ConfigDict(extra="forbid")
    # `with` is a word of Python's own.
    other: str = Field(
        alias="with",
        max_length=63,
        description="The version to compare with: a number, `current`, `latest` or a pointer.",
    )


class ComparisonHandler(TerrariumHandler):
    """What differs between two versions."""

    @operation(
        "Compare with another version",
        action="read",
        resource="environments",
        query=ComparisonQuery,
        response=Comparison,
        errors=(404,),
        remembered=True,
    )
    async def get(
        self, principal: Principal, namespace: str, name: str, version: str, query: ComparisonQuery
    ) -> Comparison:
        """From ``{version}`` to ``with``: the texts, and package by package."""
        return await self.run(
            self.services.comparisons.show, principal, namespace, name, version, query.other
        )
