"""To whom of a machine's users files belong that only a namespace's people may read."""

from __future__ import annotations

import grp
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from .tables import NamespaceRow


@dataclass(frozen=True)
class Readers:
    """Uid of the owner of a personal namespace, gid of the group of a shared one; -1: none."""

    uid: int = -1
    gid: int = -1


def readers_of(session: Session, namespace: str) -> Readers:
    """Those of the namespace as far as the system knows them; nobody for one that is not there."""
    row = session.scalar(select(NamespaceRow).where(NamespaceRow.name == namespace))
    uid = gid = -1
    try:
        if row is not None and row.owner:
            uid = pwd.getpwnam(row.owner).pw_uid
        if row is not None and row.group:
            gid = grp.getgrnam(row.group).gr_gid
    except KeyError:
        return Readers()
    return Readers(uid, gid)


def give(path: Path, readers: Readers) -> None:
    """Let nobody but *readers* and the store itself read the file or directory. Raises ``OSError``.

    What is right already is not touched, so that it is never out of reach meanwhile.
    """
    found = path.stat()
    alone, shared = (0o700, 0o750) if stat.S_ISDIR(found.st_mode) else (0o600, 0o640)
    owner = readers.uid if readers.uid >= 0 and os.geteuid() == 0 else found.st_uid
    group = readers.gid if readers.gid >= 0 else found.st_gid
    wanted = (owner, group, shared if readers.gid >= 0 else alone)
    if (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == wanted:
        return
    path.chmod(alone)
    if owner != found.st_uid:
        os.chown(path, owner, -1)
    if readers.gid < 0:
        return
    try:
        os.chown(path, -1, group)
    except PermissionError:
        return  # the store's user is not in the group: then nobody but the store reads it
    path.chmod(shared)
