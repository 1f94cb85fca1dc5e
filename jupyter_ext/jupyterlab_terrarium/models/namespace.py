"""Namespaces and their members as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from .base import BaseModel
from .names import Name

Role = Literal["viewer", "editor", "owner"]
MemberKind = Literal["user", "group"]


class Namespace(BaseModel):
    """Owner of environments."""

    id: str
    name: str
    title: str = ""
    kind: Literal["personal", "shared"] = "personal"
    role: Role = Field(default="owner", description="The caller's role.")
    group: str | None = Field(
        default=None, description="The group of the hub or system that it was derived from."
    )
    environments: int = 0


class NamespaceCreate(BaseModel):
    """Body of ``POST namespaces``: a shared namespace, its maker is the first owner."""

    name: Name
    title: str = Field(default="", max_length=200)


class NamespaceUpdate(BaseModel):
    """Body of ``PATCH namespaces/{namespace}``."""

    title: str = Field(max_length=200)


class Member(BaseModel):
    """The role of a user or group in a shared namespace."""

    kind: MemberKind
    name: str
    role: Role
    since: datetime
    added_by: str


class MemberUpdate(BaseModel):
    """Body of ``PUT namespaces/{namespace}/members/{kind}/{member}``."""

    role: Role = Field(
        description="`viewer` sees and uses, `editor` changes, `owner` also deletes and decides "
        "who is a member."
    )
