"""Proposals: a change to an environment by somebody who may not make it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field

from .base import BaseModel
from .plan import Mode

ProposalState = Literal["open", "approved", "declined", "withdrawn"]


class ProposalCreate(BaseModel):
    """Body of ``POST environments/{namespace}/{name}/proposals``."""

    model_config = ConfigDict(extra="forbid")
    specification: str = Field(description="The whole text as it is to be.")
    base_version: int | None = Field(
        default=None,
        description="The version that was edited; refused when there is a newer one. "
        "Default: the latest.",
    )
    mode: Mode = Field(default="keep", description="How it is to be solved.")
    reason: str = Field(min_length=1, max_length=2000, description="Why, for who decides.")


class ProposalApproval(BaseModel):
    """Body of ``POST proposals/{id}/approve``."""

    model_config = ConfigDict(extra="forbid")
    plan: str = Field(
        description="The plan that was looked at; exactly that is built. Its text may be another "
        "than the proposed one: then the proposal was adjusted."
    )
    specification: str | None = Field(
        default=None, description="The adjusted text, which the plan is of. Default: the proposed."
    )
    base_version: int | None = Field(
        default=None,
        description="The latest version that was looked at; needed when the environment has moved "
        "on since the proposal.",
    )
    answer: str = Field(default="", max_length=2000, description="A word to who proposed it.")


class ProposalAnswer(BaseModel):
    """Body of ``POST proposals/{id}/decline``."""

    model_config = ConfigDict(extra="forbid")
    answer: str = Field(min_length=1, max_length=2000, description="Why not.")


class Proposal(BaseModel):
    """A proposal in a list."""

    id: str
    namespace: str
    environment: str
    environment_id: str
    user: str = Field(description="Who proposes.")
    reason: str
    mode: Mode
    state: ProposalState
    base_version: int | None = Field(default=None, description="The version that was edited.")
    latest_version: int = Field(description="The latest version now.")
    moved_on: bool = Field(
        description="Whether the environment has another version than the one that was edited."
    )
    created: datetime
    may_decide: bool = Field(description="Whether the caller may approve or decline it.")
    answer: str = ""
    decided_by: str | None = None
    decided: datetime | None = None
    version: int | None = Field(default=None, description="What came of it, when approved.")


class ProposalDetail(Proposal):
    """A proposal with its text and the one that was edited."""

    specification_text: str
    base_text: str = ""
