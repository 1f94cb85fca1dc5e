"""What a shared file system shows of a served store: files of prefixes whose name one knows.

The name of a prefix is 160 bits of a digest, which only those learn who may see the environment.
"""

from __future__ import annotations

from pathlib import Path

from ..models.problem import StoreUnusable
from ..store.database import Database
from ..store.namespace_files import give, readers_of
from ..store.paths import Layout

_PASSABLE = 0o711
_LISTED = 0o755
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
        for directory in (layout.prefixes, layout.locks, layout.envs):
            directory.chmod(_PASSABLE)
        if not layout.modules.exists():
            # `module` finds what it can list. Whoever has set another mode has a reason.
            layout.modules.mkdir()
            layout.modules.chmod(_LISTED)
        for directory in layout.root.iterdir():
            open_to_others = directory == layout.modules or _mode(directory) == _PASSABLE
            if directory.is_dir() and not open_to_others:
                directory.chmod(_PRIVATE)
        layout.database.touch(mode=0o600)
        layout.database.chmod(0o600)
    except OSError as error:
        raise StoreUnusable(
            f"the modes of the store's files cannot be set: {error.strerror}",
            f"{layout.root} must belong to the user who serves it.",
        ) from None


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


class NamespaceModes:
    """Gives each namespace's stable links to its group, or its owner if personal."""

    def __init__(self, layout: Layout, database: Database) -> None:
        self._layout = layout
        self._database = database
        self._done: set[Path] = set()

    def apply(self) -> None:
        """Look at directories that are new."""
        found = [one for one in self._layout.envs.iterdir() if one.is_dir()]
        new = [one for one in found if one not in self._done]
        if not new:
            return
        with self._database.read() as session:
            for directory in new:
                give(directory, readers_of(session, directory.name))
                self._done.add(directory)
