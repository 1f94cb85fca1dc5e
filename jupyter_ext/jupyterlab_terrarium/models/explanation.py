"""Explanations: why something failed, in words, and edits of the specification that help."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .base import BaseModel
from .place import Place

#: The classes of failures. Each has one form of words; see ``docs/guide/errors.md``.
Cause = Literal[
    "unsatisfiable",
    "package-missing",
    "wrong-channel",
    "virtual-package",
    "platform",
    "pip-conflict",
    "wheel-missing",
    "hash-mismatch",
    "network",
    "credentials",
    "disk-full",
    "out-of-memory",
    "time-limit",
    "limit",
    "killed",
    "check-failed",
]


class SpecificationLine(BaseModel):
    """A line of the specification that takes part in a failure, and how."""

    place: Place | None = None
    text: str = Field(description="The entry as written.")
    why: str = Field(default="", description="What this line has to do with it, a sentence.")


class SpecificationEdit(BaseModel):
    """An edit of the specification that one click applies."""

    label: str = Field(description="What a button says: `Take python 3.11`.")
    specification: str = Field(description="The whole text with the edit; comments are kept.")
    place: Place | None = Field(default=None, description="Where the edit is, in the text before.")
    before: str = Field(default="", description="The entry as written; empty when it is new.")
    after: str = Field(default="", description="The entry after the edit; empty when it is gone.")


class Relaxation(SpecificationEdit):
    """An edit that was solved, whole and for every platform, and works."""

    sentence: str = Field(description="What it means.")
    changes: list[str] = Field(
        default_factory=list, description="What else than asked for it gives: `python 3.12 → 3.11`."
    )


class Explanation(BaseModel):
    """One statement: what failed, where in the specification, why, and what to do."""

    cause: Cause
    what: str
    why: str = ""
    remedy: str = Field(default="", description="What to do.")
    lines: list[SpecificationLine] = Field(
        default_factory=list,
        description="The lines at fault; for a contradiction the smallest set that was found.",
    )
    relaxations: list[Relaxation] = Field(
        default_factory=list, description="At most three, the smallest edit first."
    )
    suggestions: list[SpecificationEdit] = Field(
        default_factory=list, description="Names that may have been meant; not solved."
    )
    complete: bool = Field(
        default=True, description="False: the search ended at its limit of time and may have more."
    )
