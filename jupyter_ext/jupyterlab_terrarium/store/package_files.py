"""Kept package files in the database: what lies in the blob store, by name and size."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ..models.lock import Lock
from .paths import Layout
from .tables import PackageFileRow


def record(session: Session, layout: Layout, lock: Lock | None) -> None:
    """Record which package files of *lock* are kept."""
    if lock is None:
        return
    for part in lock.platforms:
        files = [("conda", one.sha256, one.file_name) for one in part.conda]
        files += [("pip", one.sha256, one.file_name) for one in part.pip]
        for kind, sha256, name in files:
            add(session, layout, kind, sha256, name)
    session.flush()


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
