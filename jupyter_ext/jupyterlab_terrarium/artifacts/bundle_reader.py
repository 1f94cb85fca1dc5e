"""Reading offline bundles and capsules, which anybody may have made.

Nothing is executed or solved, and nothing is written but package files, under names of our own,
into the directory that the caller gives. What the index and ``environment.yml`` in a bundle say
does not count: package files are compared with the lock, and with nothing else.
"""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from ..models.lock import CondaPackage, Lock, PipPackage
from ..models.problem import InvalidArchive
from .bundle import CHANNEL, IDENTITY, LOCK, PYPI
from .identity import Identity, identify_text
from .safe_tar import Limits, SafeTar, open_tar

_MAX_TEXT = 16 * 1024 * 1024
_MAX_TEXTS = 64 * 1024 * 1024
_MAX_IDENTITY = 64 * 1024
_SUFFIXES = (".conda", ".tar.bz2", ".whl")
_AGAIN = "Ask for the bundle again where it is from."


@dataclass(frozen=True)
class Found:
    """A package file of a bundle; ``path`` is where it was put, if it was."""

    name: str
    sha256: str
    size: int
    path: Path | None


@dataclass
class Bundle:
    """What a bundle holds. ``identity`` and ``lockfile`` are claims of whoever made it.

    ``texts`` are the other small files that the caller asked for, by name.
    """

    identity: Identity | None = None
    lockfile: str = ""
    files: dict[str, Found] = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)

    def differences(self, lock: Lock, platform: str) -> list[str]:
        """What is not as *lock*, the one of this bundle, says of *platform*; in words."""
        part = lock.for_platform(platform)
        if part is None:
            return [f"its lock has no packages for {platform}"]
        expected = {_place(package): package for package in part.files}
        wrong = []
        for name, package in sorted(expected.items()):
            found = self.files.get(name)
            if found is None:
                wrong.append(f"{name} is missing")
            elif found.sha256 != package.sha256:
                wrong.append(f"{name} is not the file that the lock names")
        extra = sorted(self.files.keys() - expected.keys())
        return wrong + [f"{name} is not in the lock" for name in extra]

    @property
    def platform(self) -> str:
        """The platform that it is for, by what lies in it; empty where that cannot be told."""
        named = None if self.identity is None else self.identity.platform
        subdirs = {name.split("/")[1] for name in self.files if name.startswith(f"{CHANNEL}/")}
        return named or next(iter(sorted(subdirs - {"noarch"})), "")


def read_bundle(
    path: Path,
    *,
    into: Path | None = None,
    limits: Limits | None = None,
    texts: tuple[str, ...] = (),
) -> Bundle:
    """Read the bundle at *path*. Package files are put *into* that directory, else only hashed.

    Files whose names begin with one of *texts* are read, too: at most 16 MiB each, 64 MiB in all.
    Raises :class:`InvalidArchive`, and ``OSError`` when the disk is full or the file unreadable.
    """
    bundle = Bundle()
    with open_tar(path, limits) as tar:
        for member in tar.members():
            if member.kind != "file":
                continue
            if member.name == LOCK:
                bundle.lockfile = _text(tar.content(_MAX_TEXT), LOCK)
            elif member.name == IDENTITY:
                bundle.identity = identify_text(_text(tar.content(_MAX_IDENTITY), IDENTITY))
            elif _is_package(member.name):
                target = None if into is None else into / f"{len(bundle.files)}.package"
                bundle.files[member.name] = _copy(tar, member.name, target)
            elif member.name.startswith(texts):
                left = _MAX_TEXTS - sum(map(len, bundle.texts.values()))
                bundle.texts[member.name] = tar.content(min(_MAX_TEXT, left))
    if not bundle.lockfile:
        raise InvalidArchive(
            f"The archive has no {LOCK}: it is no bundle that Terrarium can import.",
            "A pack made by pixi-pack has none; import the `pixi.lock` that it was made from.",
        )
    return bundle


def is_bundle(path: Path) -> bool:
    """Whether the file at *path* is a tar archive that begins like a bundle.

    Raises :class:`InvalidArchive` when it is a damaged one, and ``OSError``.
    """
    with path.open("rb") as file:
        if file.read(512)[257:262] != b"ustar":
            return False
    with open_tar(path) as tar:
        first = next(tar.members(), None)
    return first is not None and (
        first.name in (IDENTITY, LOCK, CHANNEL) or first.name.startswith(f"{CHANNEL}/")
    )


def require_intact(bundle: Bundle, lock: Lock, platform: str) -> None:
    """Raise :class:`InvalidArchive` unless *bundle* has exactly the package files of *lock*."""
    wrong = bundle.differences(lock, platform)
    if wrong:
        more = f" (and {len(wrong) - 3} more)" if len(wrong) > 3 else ""
        raise InvalidArchive(f"The bundle is refused: {'; '.join(wrong[:3])}{more}.", _AGAIN)


def _place(package: CondaPackage | PipPackage) -> str:
    if isinstance(package, PipPackage):
        return f"{PYPI}/{package.file_name}"
    return f"{CHANNEL}/{package.subdir}/{package.file_name}"


def _is_package(name: str) -> bool:
    return name.startswith((f"{CHANNEL}/", f"{PYPI}/")) and name.endswith(_SUFFIXES)


def _copy(tar: SafeTar, name: str, target: Path | None) -> Found:
    digest, size = hashlib.sha256(), 0
    opened: nullcontext[None] | IO[bytes] = nullcontext() if target is None else target.open("xb")
    with opened as file:
        for chunk in tar.chunks():
            digest.update(chunk)
            size += len(chunk)
            if file is not None:
                file.write(chunk)
    return Found(name, digest.hexdigest(), size, target)


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidArchive(f"The archive is refused: {name} is not UTF-8.", _AGAIN) from None
