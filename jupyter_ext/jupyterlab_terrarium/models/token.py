"""Tokens of the API, for scripts and servers: what one permits, and for how long.

A token is a secret: it is shown once, to whoever made it, and sent back only in the header
``Authorization``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import ConfigDict, Field

from .base import BaseModel
from .names import Name
from .namespace import Role
from .token_marks import TOKEN_PREFIX as TOKEN_PREFIX

Scope = Literal["read", "propose", "build", "manage"]
TokenState = Literal["active", "expired", "revoked"]

#: The highest role that a scope gives its user's token.
ROLE_OF_SCOPE: dict[Scope, Role] = {
    "read": "viewer",
    "propose": "viewer",
    "build": "editor",
    "manage": "owner",
}
_ORDER: tuple[Scope, ...] = ("read", "propose", "build", "manage")
_TOKEN = re.compile(TOKEN_PREFIX + r"[A-Za-z0-9_-]{32,128}")


def is_api_token(text: str) -> bool:
    """Whether *text* has the form of a token of the API."""
    return _TOKEN.fullmatch(text) is not None


def highest(scopes: Iterable[str]) -> Scope:
    """The scope that permits most; each includes those before it. *read* when none is known."""
    known = [scope for scope in _ORDER if scope in set(scopes)]
    return known[-1] if known else "read"


class TokenCreate(BaseModel):
    """Body of ``POST tokens``."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(default="", max_length=100, description="What it is for, in your words.")
    scopes: list[Scope] = Field(
        default=["read"],
        min_length=1,
        max_length=4,
        description="`read`: look, change nothing. `propose`: also plan and propose changes. "
        "`build`: what an editor may. `manage`: what an owner may. Each includes those before, "
        "and none gives more than its user may.",
    )
    namespace: Name | None = Field(
        default=None, description="The only namespace that it reaches; null: all of its user's."
    )
    expires_days: int = Field(default=90, ge=1, le=366, description="Days until it expires.")


class Token(BaseModel):
    """A token in a list; without the secret."""

    id: str
    user: str
    name: str = ""
    scopes: list[Scope]
    namespace: str | None = None
    state: TokenState
    created: datetime
    expires: datetime | None = None
    revoked: datetime | None = None
    last_used: datetime | None = Field(default=None, description="Exact to a minute.")


class TokenCreated(Token):
    """A new token with its secret, which nobody is shown again."""

    token: str
