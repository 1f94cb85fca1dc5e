"""Handing over everything that a person owns."""

from __future__ import annotations

from pydantic import Field

from .base import BaseModel
from .names import Name
from .namespace import Role


class TransferRequest(BaseModel):
    """Body of ``POST people/{user}/transfer``. At least one of the two."""

    to_user: str | None = Field(
        default=None,
        min_length=1,
        max_length=255,
        description="Who takes over: the roles in shared namespaces, and the environments unless "
        "`to_namespace` is given.",
    )
    to_namespace: Name | None = Field(
        default=None, description="The namespace that the environments go into."
    )


class TransferredEnvironment(BaseModel):
    """An environment of the personal namespace, where it was and where it is."""

    id: str
    before: str = Field(description="`namespace/name`")
    after: str = Field(description="`namespace/name`")
    renamed: bool = Field(description="The name was taken there, so it has got a number.")


class TransferredRole(BaseModel):
    """A role in a shared namespace."""

    namespace: str
    role: Role
    kept: bool = Field(
        description="It stays with the person: whoever asked may not decide about its members."
    )


class Transfer(BaseModel):
    """What was handed over. All lists are empty when there was nothing left."""

    user: str
    environments: list[TransferredEnvironment] = Field(default_factory=list)
    roles: list[TransferredRole] = Field(default_factory=list)
    links: int = Field(default=0, description="How many links have another maker now.")
    deleted: int = Field(
        default=0, description="Deleted environments that can be restored at the new place only."
    )
