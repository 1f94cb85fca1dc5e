"""Builds that go on when the command that asked for them has ended.

A server that lives on the store takes them. Where none does, a detached process builds until the
queue is empty. Nothing is lost between the two: a builder looks at the queue once more *after* it
has given up its presence, and whoever queues a build looks for builders after the build is stored.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

from ..builds.liveness import any_alive, is_alive
from ..services.opening import OpenStore, StoreOptions
from ..store import builds
from ..store.checks import is_network
from ..store.database import Database
from ..store.paths import Layout


def _waiting(layout: Layout, database: Database, but: str = "") -> bool:
    """Whether builds wait for a builder, or belong to one (not *but*) that has died."""
    with database.read() as session:
        queued = builds.counts(session)[1]
        owners = builds.owners(session)
    return queued > 0 or any(owner == but or not is_alive(layout, owner) for owner in owners)


def _waiting_in(layout: Layout) -> bool:
    database = Database.open(layout.database, wal=not is_network(layout.root))
    try:
        return _waiting(layout, database)
    finally:
        database.close()


def start_drain(root: Path) -> None:
    """Start a detached process that builds, if something is queued and nobody builds here."""
    layout = Layout(root)
    if any_alive(layout):
        return
    if not _waiting_in(layout):
        return
    command = [sys.executable, "-m", "jupyterlab_terrarium.cli", "build", "drain"]
    with (layout.logs / "background.log").open("ab") as log:
        subprocess.Popen(
            [*command, "--root", str(root)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            # Not in the caller's directory: it must not stay in use, nor be searched for modules.
            cwd=root.anchor,
        )


def drain(options: StoreOptions) -> None:
    """Build until nothing is queued. Blocks; another builder on the store does no harm."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    layout = Layout(options.root)
    while True:
        _build_until_idle(options)
        if any_alive(layout) or not _waiting_in(layout):
            return


def _build_until_idle(options: StoreOptions) -> None:
    store = OpenStore(options, builds=True)
    try:
        name = store.supervisor.name
        store.supervisor.wait_idle(lambda: not _waiting(store.layout, store.database, name))
    finally:
        store.close()
