"""What went wrong in a build, in words: from any exception to an error that a user may see."""

from __future__ import annotations

import errno
import traceback

from ..models.build_problem import BuildFailed, OutOfMemory
from ..models.disk_problem import disk_full, disk_problem
from ..models.problem import StoreUnusable, TerrariumError

_FULL = ("os error 28", "No space left on device", "os error 122", "Disk quota exceeded")
_TOO_LONG = "cannot be longer than the placeholder prefix"
_DENIED = ("os error 13", "Permission denied", "os error 30", "Read-only file system")


def explain(error: BaseException, root: str) -> TerrariumError:
    """*error* as one of our errors. Tools hide the cause in their text, so that is searched too."""
    if isinstance(error, TerrariumError):
        return error
    disk = disk_problem(error, root)
    if disk is not None:
        return disk
    text = _chain(error)
    raw = "".join(traceback.format_exception(error))
    number = error.errno if isinstance(error, OSError) else None
    if any(sign in text for sign in _FULL):
        return disk_full(root, text)
    if number in (errno.EACCES, errno.EPERM, errno.EROFS) or any(sign in text for sign in _DENIED):
        return StoreUnusable(
            f"The store in {root} cannot be written to: {text}",
            hint="Check the owner and the rights of that directory; `jupyter terrarium doctor` "
            "says more.",
            raw=raw,
        )
    if _TOO_LONG in text:
        return StoreUnusable(
            f"The path of the store, {root}, is too long: packages leave room for a limited number "
            "of characters where they write the path of the environment into programs.",
            hint="Give the store a root with a shorter path.",
            raw=text,
        )
    if isinstance(error, MemoryError):
        return OutOfMemory(
            "There was not enough memory for the build.", hint="Close other programs, then retry."
        )
    return BuildFailed(
        f"The build stopped at an unexpected error: {text or type(error).__name__}.",
        hint="Retry; if it comes again, report it with the build's log.",
        raw=raw,
    )


def _chain(error: BaseException) -> str:
    texts: list[str] = []
    cause: BaseException | None = error
    while cause is not None:
        if str(cause) and str(cause) not in texts:
            texts.append(str(cause))
        cause = cause.__cause__
    return ": ".join(texts)
