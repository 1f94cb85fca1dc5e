"""Settings of a store as the services take them. Light: a starting server imports it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ..builds.job import Limits
from ..models.policy import Policy


@dataclass(frozen=True)
class StoreOptions:
    """Settings of a store. Sizes in bytes, times in seconds."""

    root: Path
    default_channels: list[str] = field(default_factory=lambda: ["conda-forge"])
    mirrors: dict[str, list[str]] = field(default_factory=dict)
    pool_size: int = 2
    limits: Limits = field(default_factory=Limits)
    solver_memory: int = 4 * 1024**3
    solver_seconds: float = 300.0
    policy: Policy = field(default_factory=Policy)
    support_contacts: dict[str, str] = field(default_factory=dict)
    public_url: str = ""
    modules: bool = False
    #: Whether others of this machine see its files: each namespace's are for its own people then.
    served: bool = False
    conda_list: bool = False
