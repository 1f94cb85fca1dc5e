"""A specification: what was asked for. The parsed form of an ``environment.yml``.

The text as written is kept beside it; see ``docs/specification.md`` for the vocabulary.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field

from .base import BaseModel
from .problem import Finding, Place


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CondaRequirement(_Frozen):
    """One conda entry of ``dependencies``."""

    name: str = Field(description="Normalised package name.")
    matchspec: str = Field(
        description="Canonical MatchSpec text without channel, e.g. `numpy >=1.20,<2 py312*`."
    )
    channel: str = Field(default="", description="`chan` of `chan::pkg`: as written (name or URL).")
    platforms: list[str] | None = Field(
        default=None, description="Only for these platforms (conda-lock selectors); null: all."
    )
    text: str = Field(description="As written.")
    place: Place | None = None


class PipRequirement(_Frozen):
    """One entry of the ``pip:`` section (PEP 508, or a URL or path of a wheel)."""

    name: str = Field(description="PEP 503 normalised name; empty when only the wheel knows.")
    requirement: str = Field(description="PEP 508 text handed to uv; extras and markers included.")
    url: str = Field(default="", description="For direct references: http(s) or absolute file URL.")
    platforms: list[str] | None = None
    text: str
    place: Place | None = None


class RunsOn(_Frozen):
    """Virtual package overrides: the machine that the environment is to run on.

    Values as conda's ``CONDA_OVERRIDE_*``. Empty: the platform's baseline.
    """

    cuda: str = Field(default="", description='CUDA driver version, e.g. "12.4".')
    glibc: str = Field(default="", description='e.g. "2.28" (linux).')
    linux: str = Field(default="", description="Kernel version (linux).")
    osx: str = Field(default="", description='macOS version, e.g. "13.0".')
    win: str = Field(default="", description="Windows version.")
    archspec: str = Field(default="", description='Microarchitecture, e.g. "x86_64_v3".')


CheckKind = Literal["import", "command", "notebook"]


class Check(_Frozen):
    """Something that must work before a version may become current by itself."""

    kind: CheckKind
    text: str = Field(
        description="Name of a module, a command for the shell, or a notebook (a script whose "
        "cells begin with `# %%`, or the text of an .ipynb file)."
    )
    place: Place | None = None


class Specification(_Frozen):
    """The parsed form. ``channels`` are as written, in order of priority."""

    name: str | None = None
    channels: list[str] = Field(default_factory=list)
    platforms: list[str] = Field(default_factory=list, description="Empty: this host's.")
    conda: list[CondaRequirement] = Field(default_factory=list)
    pip: list[PipRequirement] = Field(default_factory=list)
    pip_options: dict[str, list[str]] = Field(
        default_factory=dict,
        description="Accepted option lines of the pip section: `index-url`, `extra-index-url`, "
        "`find-links` (absolute).",
    )
    variables: dict[str, str] = Field(default_factory=dict)
    runs_on: RunsOn = Field(default_factory=RunsOn)
    as_of: datetime | None = Field(
        default=None, description="Package files published later do not exist; aware."
    )
    checks: list[Check] = Field(default_factory=list)
    modules: list[str] = Field(
        default_factory=list,
        description="Names of environment modules that lead to the current version, `gatk/4.5`.",
    )
    channel_priority: str = Field(default="strict", description="`strict` or `flexible`.")
    notices: list[Finding] = Field(default_factory=list)
