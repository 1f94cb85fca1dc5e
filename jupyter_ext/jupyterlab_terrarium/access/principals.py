"""Who acts. Handlers and services know nobody by any other type than a principal."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Principal:
    """An authenticated caller. ``user`` is stable and unique within the store."""

    user: str
    display_name: str = ""
    groups: frozenset[str] = field(default_factory=frozenset)


def operating_system_user() -> Principal:
    """The user that this process runs as: who sits at a plain ``jupyter lab`` or a shell."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = f"uid-{os.getuid()}"
    return Principal(user=user, display_name=user)
