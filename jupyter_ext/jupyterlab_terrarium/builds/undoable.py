"""Changes of links and kernelspecs that belong to a transaction.

What is written is undone when the transaction fails, what is removed goes once it is committed.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import event
from sqlalchemy.orm import Session

from ..faults import fault_point
from ..kernels import kernelspecs
from ..kernels.kernelspecs import KernelRegistration
from ..models.problem import TerrariumError
from ..store import kernels
from ..store.paths import Layout
from ..store.tables import KernelRow

_T = TypeVar("_T")
_log = logging.getLogger("jupyterlab_terrarium.builds")


def point_in_transaction(session: Session, link: Path, target: Path | None) -> None:
    """Point *link* to *target* (to nothing: ``None``), and back should the transaction fail."""
    before = link.readlink() if link.is_symlink() else None
    point(link, target)
    event.listen(session, "after_rollback", lambda _: point(link, before), once=True)


def register(
    session: Session, row: KernelRow, wanted: KernelRegistration, before: KernelRegistration | None
) -> None:
    """Write the kernelspec, and what was there *before* should the transaction fail.

    The version is ready even when the user's directory refuses it.
    """

    def undo() -> None:
        if before is None:
            kernelspecs.unregister(wanted.name, root=wanted.root)
        else:
            kernelspecs.register(before)

    event.listen(session, "after_rollback", lambda _: _tried(wanted.name, undo), once=True)
    spec = _tried(wanted.name, lambda: kernelspecs.register(wanted))
    if spec is not None:
        row.display_name, row.language = spec.display_name, spec.language


def unregister(session: Session, layout: Layout, row: KernelRow) -> None:
    """Forget a kernel; its kernelspec goes once that is committed."""
    hide(session, layout, row.name)
    kernels.remove(session, row)


def hide(session: Session, layout: Layout, name: str) -> None:
    """Remove the kernelspec *name* once this is committed; the kernel stays on record."""

    def remove() -> None:
        kernelspecs.unregister(name, root=layout.root)

    event.listen(session, "after_commit", lambda _: _tried(name, remove), once=True)


def _tried(name: str, change: Callable[[], _T]) -> _T | None:
    """What *change* of the kernelspec *name* gives, if the user's directory lets it happen."""
    try:
        return change()
    except (OSError, ValueError, TypeError, TerrariumError) as error:
        _log.warning("the kernelspec %s could not be changed: %s", name, error)
        return None


def point(link: Path, target: Path | None) -> None:
    """Let *link* lead to *target*, replacing an older link atomically; ``None`` removes it."""
    if target is None:
        link.unlink(missing_ok=True)
        return
    link.parent.mkdir(parents=True, exist_ok=True)
    if link.is_symlink() and link.readlink() == target:
        return
    temporary = link.with_name(f".{link.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target, target_is_directory=True)
    try:
        fault_point("link.aside")
        temporary.replace(link)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
