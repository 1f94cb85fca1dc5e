"""Reading a lockfile of whatever kind."""

from __future__ import annotations

from ..models.lock import Lock
from ..models.lockfile_kind import lockfile_kind
from .lockfile_entries import refuse
from .lockfile_text import check_size


def read_lockfile(text: str) -> Lock:
    """The lock that *text* holds, unless it is an explicit list: see :mod:`.explicit_list`.

    Raises :class:`InvalidLock`.
    """
    check_size(text)
    kind = lockfile_kind(text)
    if kind == "pixi":
        from .pixi_lock import read_pixi_lock

        return read_pixi_lock(text)
    if kind in ("pylock", "requirements"):
        refuse(
            "This locks Python packages only: it names no Python, so it is no environment.",
            "Write a specification with `python` and list the packages, without their hashes, "
            "under `pip:`.",
        )
    from .lockfile import read_conda_lock

    return read_conda_lock(text)
