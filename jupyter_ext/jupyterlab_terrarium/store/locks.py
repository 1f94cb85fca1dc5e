"""Locks and complete prefixes in the database."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from ..models.digest import lock_digest, platform_digest
from ..models.lock import Lock, PlatformLock
from . import lock_packages
from .tables import LockOriginRow, LockPlatformRow, LockRow, PrefixRow, VersionRow

_log = logging.getLogger("jupyterlab_terrarium.store")
_COMPLETE = select(PrefixRow.digest).where(PrefixRow.digest == bindparam("digest"))
_LANGUAGES = ("python", "r-base", "julia", "nodejs", "openjdk")


def headline(part: PlatformLock) -> str:
    """The language that people think of the environment as, e.g. ``python 3.12``."""
    versions = {package.name: package.version for package in part.conda}
    for name in _LANGUAGES:
        if name in versions:
            short = re.match(r"\d+(?:\.\d+)?", versions[name])
            label = "R" if name == "r-base" else name
            return f"{label} {short.group() if short else versions[name]}"
    return ""


def attach(session: Session, version: VersionRow, lock: Lock) -> None:
    """Give *version* its lock, with its own words about where the files are and who asked."""
    digest = lock_digest(lock)
    content = lock.model_dump(mode="json")
    stored = session.get(LockRow, digest)
    if stored is None:
        _add(session, lock, digest, content)
    version.lock_digest = digest
    if stored is not None and stored.content != content:
        version.lock_origin_id = _add_origin(session, digest, content)
    session.flush()


def _add(session: Session, lock: Lock, digest: str, content: dict[str, Any]) -> None:
    session.add(LockRow(digest=digest, content=content))
    session.flush()
    for part in lock.platforms:
        row = LockPlatformRow(
            lock_digest=digest,
            platform=part.platform,
            digest=platform_digest(lock, part.platform),
            conda=len(part.conda),
            pip=len(part.pip),
            download=sum(p.size for p in part.conda) + sum(p.size for p in part.pip),
            headline=headline(part),
        )
        session.add(row)
        session.flush()
        packages = {p.name: p.version for p in part.pip} | {p.name: p.version for p in part.conda}
        lock_packages.save(session, row.id, packages)


def _add_origin(session: Session, digest: str, content: dict[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    origin = hashlib.sha256(text.encode()).hexdigest()
    if session.get(LockOriginRow, origin) is None:
        session.add(LockOriginRow(id=origin, lock_digest=digest, content=content))
        session.flush()
    return origin


def of_version(session: Session, version: VersionRow) -> Lock | None:
    """The lock of *version*, ``None`` while it has none."""
    if version.lock_digest is None:
        return None
    if version.lock_origin_id is not None:
        return Lock.model_validate(session.get_one(LockOriginRow, version.lock_origin_id).content)
    return Lock.model_validate(session.get_one(LockRow, version.lock_digest).content)


def with_part(session: Session, digest: str) -> Lock | None:
    """A lock whose part for some platform has this platform digest."""
    content = session.scalar(
        select(LockRow.content)
        .join(LockPlatformRow, LockPlatformRow.lock_digest == LockRow.digest)
        .where(LockPlatformRow.digest == digest)
        .limit(1)
    )
    try:
        return None if content is None else Lock.model_validate(content)
    except ValidationError as error:
        _log.warning("a lock cannot be read any more: %s", error)
        return None


def all_of_them(session: Session) -> Iterator[Lock]:
    """Every lock of the store, as each of its versions says it."""
    for row in (LockRow, LockOriginRow):
        for content in session.scalars(select(row.content)).yield_per(20):
            try:
                yield Lock.model_validate(content)
            except ValidationError as error:
                _log.warning("a lock cannot be read any more: %s", error)


def readable(session: Session, version_id: str | None) -> Lock | None:
    """The lock of a version that a new one is based on, ``None`` when there is none to be used.

    One that an earlier program wrote and this one refuses is none: the new version is then
    solved as if it had no base.
    """
    row = None if version_id is None else session.get(VersionRow, version_id)
    try:
        return None if row is None else of_version(session, row)
    except ValidationError as error:
        _log.warning("the lock of version %s cannot be read any more: %s", version_id, error)
        return None


def to_keep(session: Session, version: VersionRow) -> Lock | None:
    """The lock whose packages *version* keeps where they fit; ``None`` when it keeps none."""
    return readable(session, version.base_version_id) if version.mode == "keep" else None


def platforms(session: Session, digest: str) -> Sequence[LockPlatformRow]:
    """The platforms of the lock with this digest, by name."""
    return session.scalars(
        select(LockPlatformRow)
        .where(LockPlatformRow.lock_digest == digest)
        .order_by(LockPlatformRow.platform)
    ).all()


def platform(session: Session, digest: str | None, name: str) -> LockPlatformRow | None:
    """One platform of a lock."""
    if digest is None:
        return None
    return session.scalar(
        select(LockPlatformRow).where(
            LockPlatformRow.lock_digest == digest, LockPlatformRow.platform == name
        )
    )


def record_prefix(
    session: Session,
    digest: str,
    platform_name: str,
    *,
    size: int,
    files: int,
    kernels: list[str],
    warnings: list[str],
) -> None:
    """Record that the prefix *digest* is complete. Sizes in bytes."""
    session.merge(
        PrefixRow(
            digest=digest,
            platform=platform_name,
            size=size,
            files=files,
            kernels=kernels,
            warnings=warnings,
        )
    )


def prefix(session: Session, digest: str) -> PrefixRow | None:
    """The complete prefix with this digest."""
    return session.get(PrefixRow, digest)


def is_complete(session: Session, digest: str) -> bool:
    """Whether there is a complete prefix with this digest."""
    found = session.connection().execute(_COMPLETE, {"digest": digest})
    return found.first() is not None


def set_warnings(session: Session, digest: str, warnings: list[str]) -> bool:
    """What is to be said about the complete prefix *digest*; whether that is news."""
    row = session.get(PrefixRow, digest)
    if row is None or row.warnings == warnings:
        return False
    row.warnings = warnings
    return True


def prefixes(session: Session) -> Sequence[str]:
    """Digests of all complete prefixes."""
    return session.scalars(select(PrefixRow.digest)).all()


def forget_prefix(session: Session, digest: str) -> None:
    """The files of this prefix are gone."""
    row = session.get(PrefixRow, digest)
    if row is not None:
        session.delete(row)
