"""In which groups people were when they last called.

It is what a host vouched for, and no decision of ours, so it is kept beside the database: one
small file for each person who is in a group, readable by the store's account only.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ValidationError

from ..conda.files import write_atomically
from .paths import Layout

#: Seconds for which a group counts for somebody who does not call. Links that they made by a role
#: of that group live no longer.
VALID_SECONDS = 30 * 86_400.0
#: Seconds after which the same groups are written down again.
RENEWED_SECONDS = 86_400.0


class SeenGroups(BaseModel):
    """The groups of *user*, and when they were seen (seconds since the epoch)."""

    user: str
    groups: list[str]
    seen: float


def note(layout: Layout, user: str, groups: Iterable[str]) -> None:
    """Note that *user* is in exactly these *groups* now; nobody is noted who never was in one."""
    path = _path(layout, user)
    wanted = sorted(groups)
    known = _read(path)
    if known is None and not wanted:
        return
    now = time.time()
    if known is not None and known.groups == wanted and now - known.seen < RENEWED_SECONDS:
        return
    path.parent.mkdir(mode=0o700, exist_ok=True)
    content = SeenGroups(user=user, groups=wanted, seen=now).model_dump_json()
    write_atomically(path, content.encode())


def groups_of(layout: Layout, user: str) -> frozenset[str]:
    """The groups of *user* as they were seen last, none when that is long ago."""
    known = _read(_path(layout, user))
    if known is None or known.user != user or time.time() - known.seen > VALID_SECONDS:
        return frozenset()
    return frozenset(known.groups)


def _path(layout: Layout, user: str) -> Path:
    # Names of users may hold anything.
    return layout.people / f"{hashlib.sha256(user.encode()).hexdigest()[:32]}.json"


def _read(path: Path) -> SeenGroups | None:
    try:
        return SeenGroups.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
