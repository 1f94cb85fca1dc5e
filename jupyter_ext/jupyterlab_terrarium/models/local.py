"""Environments on this machine: what a kernel of this server can be started from."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .base import BaseModel
from .build import Progress
from .problem import Problem


class LocalEnvironment(BaseModel):
    """Whether the files of an environment's current version are here.

    *adopted* means that they are those of the team store, on a shared file system.
    """

    id: str
    namespace: str
    name: str
    version: int | None = Field(default=None, description="Number of the version that is here.")
    state: Literal["absent", "building", "ready", "failed"]
    adopted: bool = False
    kernels: list[str] = Field(
        default_factory=list, description="Names of its kernelspecs in this session."
    )
    progress: Progress = Field(default_factory=Progress)
    problem: Problem | None = Field(default=None, description="Why its build here failed.")
