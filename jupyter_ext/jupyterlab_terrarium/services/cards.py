"""The card of an environment: what people see of a lock before anything runs."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from ..builds.estimates import Work, expected_seconds, unpacked_ratio
from ..models.digest import lock_digest, platform_digest
from ..models.lock import Lock, PlatformLock
from ..models.share import CardPackage
from ..store import locks
from ..store.package_cache import cached
from .comparison import compare, has_kernel
from .context import ServiceContext

#: How many packages a card names; of the rest it says how many there are.
SHOWN = 10
#: Packages that people think of an environment as, if nobody asked for anything by name.
_TELLING = ("python", "r-base", "julia", "nodejs", "numpy", "pandas", "pytorch", "tensorflow")


class CardMaker:
    """Makes what a card says of a lock; it builds and fetches nothing."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def of_lock(self, session: Session, lock: Lock) -> dict[str, Any]:
        """The fields of a :class:`Card` that a lock alone decides, for this server."""
        here = lock.for_platform(self._context.platform)
        shown = here or (lock.platforms[0] if lock.platforms else None)
        fields: dict[str, Any] = {
            "channels": list(lock.channels),
            "platforms": [part.platform for part in lock.platforms],
            "lock_digest": lock_digest(lock),
            "here": here is not None,
            "ready": False,
        }
        if shown is not None:
            fields |= {
                "headline": locks.headline(shown),
                "packages": packages_that_matter(shown),
                "package_count": len(shown.conda) + len(shown.pip),
                "has_kernel": has_kernel(shown),
            }
        return fields if here is None else fields | self._here(session, lock, here)

    def _here(self, session: Session, lock: Lock, part: PlatformLock) -> dict[str, Any]:
        """Whether the files are here, or how long that takes."""
        prefix = locks.prefix(session, platform_digest(lock, part.platform))
        if prefix is not None:
            return {
                "ready": True,
                "size": prefix.size,
                "expected_seconds": 0.0,
                "has_kernel": bool(prefix.kernels),
            }
        samples = self._context.supervisor.history.samples(session)
        unpacked = unpacked_ratio(samples)
        todo = compare(None, part, cached(self._context.layout), unpacked)
        work = Work(len(part.conda) + len(part.pip), todo.download)
        return {
            "size": round(todo.package_bytes * unpacked),
            "download": todo.download,
            "expected_seconds": expected_seconds(samples, work),
        }


def packages_that_matter(part: PlatformLock) -> list[CardPackage]:
    """Those that were asked for first, then those that people know, then the largest."""
    files = [
        *((one.name, one.version, bool(one.requested), one.size) for one in part.conda),
        *((one.name, one.version, bool(one.requested), one.size) for one in part.pip),
    ]

    def importance(file: tuple[str, str, bool, int]) -> tuple[bool, int, int, str]:
        name, _, requested, size = file
        known = _TELLING.index(name) if name in _TELLING else len(_TELLING)
        return (not requested, known, -size, name)

    return [
        CardPackage(name=name, version=version, requested=requested)
        for name, version, requested, _ in sorted(files, key=importance)[:SHOWN]
    ]
