"""Kept package files in the database: what lies in the blob store, by name and size."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..models.lock import CondaPackage, Lock
from .paths import Layout
from .tables import PackageFileRow


def record(session: Session, layout: Layout, lock: Lock) -> None:
    """Record which package files of *lock* are kept."""
    files = {
        one.sha256: ("conda" if isinstance(one, CondaPackage) else "pip", one.file_name)
        for part in lock.platforms
        for one in part.files
    }
    wanted = select(PackageFileRow.sha256).where(PackageFileRow.sha256.in_(files))
    for sha256 in files.keys() - set(session.scalars(wanted)):
        kind, name = files[sha256]
        add(session, layout, kind, sha256, name)
    session.flush()


def unrecorded(session: Session, sha256s: Collection[str]) -> bool:
    """Whether one of these files (SHA-256) is not on record."""
    known = session.scalars(select(PackageFileRow.sha256).where(PackageFileRow.sha256.in_(sha256s)))
    return len(set(known)) < len(set(sha256s))


def add(session: Session, layout: Layout, kind: str, sha256: str, name: str) -> None:
    """Record that this file is kept, if it is. *kind* is ``conda`` or ``pip``."""
    blob = layout.blob(sha256)
    if not blob.is_file() or session.get(PackageFileRow, sha256) is not None:
        return
    size = blob.stat().st_size
    session.add(PackageFileRow(sha256=sha256, kind=kind, file_name=name, size=size))


def forget(session: Session, sha256: str) -> None:
    """This file is not kept any more."""
    row = session.get(PackageFileRow, sha256)
    if row is not None:
        session.delete(row)
