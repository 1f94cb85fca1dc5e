"""A disk that is full or broken, in words: it is no defect of ours, wherever we meet it."""

from __future__ import annotations

import errno

from .build_problem import DiskFull
from .problem import StoreUnusable, TerrariumError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
# SQLite's own words (SQLITE_FULL, SQLITE_IOERR).
_DATABASE_FULL = "database or disk is full"
_DATABASE_BROKEN = "disk I/O error"


def disk_problem(error: BaseException, place: str = "the store") -> TerrariumError | None:
    """*error* as one that a user may see, when the disk that holds *place* is to blame for it."""
    number = error.errno if isinstance(error, OSError) else None
    if number in _FULL or _DATABASE_FULL in str(error):
        return disk_full(place, str(error))
    if number == errno.EIO or _DATABASE_BROKEN in str(error):
        return StoreUnusable(
            f"The disk that holds {place} could not be read or written.",
            hint="Retry; if it comes again, have the disk looked at: the system's log says more.",
            raw=str(error),
        )
    return None


def disk_full(place: str, raw: str) -> DiskFull:
    """There is no space left where *place* lies, as *raw* says."""
    return DiskFull(
        f"There is no space left on the disk that holds {place}.",
        hint="Delete environments that nobody needs (their files go as soon as no kernel uses "
        "them), or give the store another disk, then retry.",
        raw=raw,
    )
