"""What a shared file system shows of a served store: files of prefixes whose name one knows.

The name of a prefix is 160 bits of a digest, which only those learn who may see the environment.
"""

from __future__ import annotations

import grp
import os
import pwd
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..models.problem import StoreUnusable
from ..store.database import Database
from ..store.paths import Layout
from ..store.tables import NamespaceRow

_PASSABLE = 0o711
_PRIVATE = 0o700


def jupyter_directory(layout: Layout) -> Path:
    """What Jupyter writes for the store's account: kernelspecs that nobody starts."""
    return layout.root / "jupyter"


def restrict(layout: Layout) -> None:
    """Set the modes of a store's directories; before it is opened, so that nothing is ever open.

    Raises :class:`StoreUnusable` when the files are somebody else's.
    """
    try:
        layout.create()
        for directory in (layout.uv_cache, jupyter_directory(layout)):
            directory.mkdir(exist_ok=True)
        layout.root.chmod(_PASSABLE)
        layout.modules.mkdir(exist_ok=True)
        for directory in (layout.prefixes, layout.locks, layout.envs, layout.modules):
            directory.chmod(_PASSABLE)
        for directory in layout.root.iterdir():
            if directory.is_dir() and directory.stat().st_mode & 0o777 != _PASSABLE:
                directory.chmod(_PRIVATE)
        layout.database.touch(mode=0o600)
        layout.database.chmod(0o600)
    except OSError as error:
        raise StoreUnusable(
            f"the modes of the store's files cannot be set: {error.strerror}",
            f"{layout.root} must belong to the user who serves it.",
        ) from None


class NamespaceModes:
    """Gives each namespace's stable links and modules to its group, or its owner if personal.

    A directory of modules that is no namespace's (names of their own) stays the store's.
    """

    def __init__(self, layout: Layout, database: Database) -> None:
        self._layout = layout
        self._database = database
        self._done: set[Path] = set()

    def apply(self) -> None:
        """Look at directories that are new."""
        places = (self._layout.envs, self._layout.modules)
        found = [one for place in places for one in place.iterdir() if one.is_dir()]
        new = [one for one in found if one not in self._done]
        if not new:
            return
        with self._database.read() as session:
            for directory in new:
                _give(directory, *_owner(session, directory.name))
                self._done.add(directory)


def _owner(session: Session, namespace: str) -> tuple[int, int]:
    """Uid and gid to give a namespace to, -1 for what the system does not know."""
    row = session.scalar(select(NamespaceRow).where(NamespaceRow.name == namespace))
    uid = gid = -1
    try:
        if row is not None and row.owner:
            uid = pwd.getpwnam(row.owner).pw_uid
        if row is not None and row.group:
            gid = grp.getgrnam(row.group).gr_gid
    except KeyError:
        return -1, -1
    return uid, gid


def _give(directory: Path, uid: int, gid: int) -> None:
    directory.chmod(_PRIVATE)
    if os.geteuid() == 0 and uid >= 0:
        os.chown(directory, uid, -1)
    if gid < 0:
        return
    try:
        os.chown(directory, -1, gid)
    except PermissionError:
        return  # the store's user is not in the group: then nobody but the store reads it
    directory.chmod(0o750)
