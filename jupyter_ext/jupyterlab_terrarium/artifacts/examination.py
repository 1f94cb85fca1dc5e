"""Which version a file is, and whether it is whole: for every form, told by its content.

Nothing is executed, unpacked or asked of anybody else. What is compared are hashes inside the form,
and the digest that follows from the lock in it with the one that it says of itself. Whoever makes a
false form can make it consistent; so the digest is what to compare with one that is known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ..models.digest import lock_digest, platform_digest
from ..models.lock import Lock
from ..models.problem import InvalidRequest
from .identity import Identity


@dataclass
class Examination:
    """What was found out about a file.

    ``digest`` follows from its content, and is empty where a form has no lock; it is that of
    ``platform``, or the lock digest where that is ``None``. ``compared`` counts hashes.
    """

    form: str
    identity: Identity | None
    platform: str | None = None
    digest: str = ""
    compared: int = 0
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        """Whether nothing contradicts what it says of itself."""
        return not self.wrong

    def follows_from(self, lock: Lock, platform: str | None) -> None:
        """Take the digest of *lock*, and compare it with what was said."""
        if platform is not None and lock.for_platform(platform) is None:
            self.wrong.append(f"its lock has no packages for {platform[:40]}")
            return
        whole = platform is None
        self.platform = platform
        self.digest = lock_digest(lock) if whole else platform_digest(lock, str(platform))
        self.compared += sum(
            len(part.files) for part in lock.platforms if whole or part.platform == platform
        )
        said = self.identity
        if said is not None and (said.platform, said.digest) != (platform, self.digest):
            self.wrong.append("its lock has another digest than it says of itself")


Examiner = Callable[[Path, bytes], Examination | None]
_HEAD = 64 * 1024


def examine(path: Path) -> Examination:
    """Examine the file at *path*, which anybody may have made.

    Raises :class:`InvalidArchive` and :class:`InvalidLock` for what is too broken to be examined,
    :class:`InvalidRequest` for what is no form, and ``OSError``.
    """
    from . import examined_archives, examined_installers, examined_texts

    with path.open("rb") as file:
        head = file.read(_HEAD)
    examiners: tuple[Examiner, ...] = (
        examined_installers.examine,
        examined_archives.examine,
        examined_texts.examine,
    )
    for one in examiners:
        found = one(path, head)
        if found is not None:
            return found
    raise InvalidRequest(
        f"{path.name} is no form of a version that Terrarium knows",
        "It examines lockfiles, bundles, capsules, installers, archives and images.",
    )
