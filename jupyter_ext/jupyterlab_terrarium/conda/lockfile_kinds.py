"""Reading a lockfile of whatever kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..models.lock import Lock
from ..models.lockfile_kind import lockfile_kind
from .explicit_list import ExplicitList, read_explicit_list
from .lockfile_text import check_size

if TYPE_CHECKING:
    from .python_locks import PythonLock


def read_list(text: str) -> ExplicitList | PythonLock | None:
    """What *text* lists, when it is of a kind that may leave something to be asked for.

    ``None`` for the others, which :func:`read_lockfile` reads. Raises :class:`InvalidLock`.
    """
    check_size(text)
    kind = lockfile_kind(text)
    if kind == "explicit":
        return read_explicit_list(text)
    if kind == "pylock":
        from .pylock import read_pylock

        return read_pylock(text)
    if kind == "requirements":
        from .hashed_requirements import read_requirements

        return read_requirements(text)
    return None


def read_lockfile(text: str) -> Lock:
    """The lock that *text* holds, unless it is one of those of :func:`read_list`.

    Raises :class:`InvalidLock`.
    """
    check_size(text)
    kind = lockfile_kind(text)
    if kind == "pixi":
        from .pixi_lock import read_pixi_lock

        return read_pixi_lock(text)
    from .lockfile import read_conda_lock

    return read_conda_lock(text)
