"""Damage to the files of a prefix, as users and broken programs do it."""

from __future__ import annotations

from pathlib import Path

from jupyterlab_terrarium.models.verification import Verification
from jupyterlab_terrarium.services.opening import OpenStore
from support.builds import ANNA


def edit(file: Path, content: bytes = b"edited by hand\n") -> None:
    """Replace the content in place: every hard link of the file shows it."""
    file.chmod(0o644)
    with file.open("r+b") as stream:
        stream.truncate()
        stream.write(content)


def verify(store: OpenStore, name: str, *, repair: bool = False) -> Verification:
    """Verify the current version of anna's environment *name*."""
    return store.services.verification.verify(ANNA, "anna", name, "current", repair=repair)


def prefix_of(store: OpenStore, name: str) -> Path:
    """Where the current version of anna's environment *name* lies."""
    shown = store.services.environments.show(ANNA, "anna", name).current_version
    assert shown is not None
    return Path(str(shown.prefix))
