"""Text forms: lockfiles give their digest; other texts have only what they say of themselves."""

from __future__ import annotations

from pathlib import Path

from ..conda.explicit_list import ExplicitList
from ..conda.lockfile_kinds import read_list, read_lockfile
from ..conda.lockfile_text import MAX_BYTES
from ..models.lock import Lock
from ..models.lockfile_kind import LockfileKind, lockfile_kind
from .examination import Examination
from .identity import identify_text

_NOT_COMPARED = "this form has no hashes of its own: nothing was compared"
_ELSEWHERE = "what it lists is compared when it is installed: it is not enough for a digest"


def examine(path: Path, head: bytes) -> Examination | None:
    """The text at *path*; ``None`` when it is none that says which version it is, or no lockfile.

    Raises :class:`InvalidLock`.
    """
    if b"\0" in head or path.stat().st_size > MAX_BYTES:
        return None
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    said, kind = identify_text(text), lockfile_kind(text)
    if said is None and kind is None:
        return None
    found = Examination(said.form if said is not None else str(kind), said)
    lock = _lock(kind, text)
    if lock is not None:
        found.follows_from(lock, None if said is None else said.platform)
    elif kind is not None:
        found.notes.append(_ELSEWHERE)
    else:
        found.notes.append(_NOT_COMPARED)
    return found


def _lock(kind: LockfileKind | None, text: str) -> Lock | None:
    """The lock in *text*, where it alone is enough for one."""
    if kind in ("conda-lock", "pixi"):
        return read_lockfile(text)
    listed = None if kind is None else read_list(text)
    if isinstance(listed, ExplicitList) and not listed.needs_index:
        return listed.lock({})
    return None
