"""What the server says about itself."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import Field

from .base import BaseModel
from .problem import Finding

T = TypeVar("T")


class ChannelStatus(BaseModel):
    """A default channel and whether it answered."""

    name: str
    url: str
    note: str = ""


class Status(BaseModel):
    """Answer of ``GET status``."""

    version: str
    api_version: str = "1"
    user: str
    namespace: str = Field(description="The caller's personal namespace.")
    platform: str
    root: str
    default_channels: list[str]
    channels: list[ChannelStatus] = Field(default_factory=list)
    problems: list[Finding] = Field(default_factory=list)
    pool_size: int = 1
    builds_running: int = 0
    builds_queued: int = 0
    last_event: int = 0
    shell_command: str = Field(
        default="jupyter terrarium shell",
        description="Start of the line that opens a shell in an environment, typed into a "
        "terminal of this server; the environment follows.",
    )
    store: str = Field(
        default="", description="URL of the team store that this server is connected to, if any."
    )
    virtual_packages: dict[str, str] = Field(default_factory=dict)
    may_create_namespaces: bool = Field(
        default=True, description="Whether the caller may make shared namespaces."
    )
    administrator: bool = Field(
        default=False, description="Whether the caller decides about the whole store."
    )


class Page(BaseModel, Generic[T]):
    """A page of a list. ``next_cursor`` is null on the last one."""

    items: list[T]
    next_cursor: str | None = None
    total: int = Field(description="How many in all; of builds at most 1,000 are counted.")
