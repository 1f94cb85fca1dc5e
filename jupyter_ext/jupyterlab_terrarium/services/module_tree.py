"""Keeps ``<root>/modules`` true: a modulefile for every version that is ready."""

from __future__ import annotations

import logging

from ..artifacts.modules import Published, refresh
from ..store import ready_versions
from ..store.flock import wait_for_lock
from ..store.namespace_files import give, readers_of
from .context import ServiceContext

_log = logging.getLogger("jupyterlab_terrarium.services")


class ModuleTree:
    """Of one store. In one that is *served*, modules are for those of their namespace only."""

    def __init__(self, context: ServiceContext, *, served: bool = False) -> None:
        self._context = context
        self._served = served
        self._refused: dict[str, str] = {}
        self._told: object = None

    def refresh(self) -> None:
        """Write what is new, remove what is gone. Raises ``OSError``.

        Programs on the same store take turns, else one would remove what another is writing.
        Nothing is looked at on disk unless what is published, or for whom, has changed since.
        """
        lock = self._context.layout.root / "modules.lock"
        held = wait_for_lock(lock, lambda: False, lambda: None)
        assert held is not None
        with held:
            self._refresh()

    def _refresh(self) -> None:
        context = self._context
        with context.database.read() as session:
            found = ready_versions.everywhere(session, context.platform)
            readers = {name: readers_of(session, name) for name in {one.namespace for one in found}}
        published = [
            Published(
                namespace=one.namespace,
                name=one.name,
                number=one.number,
                prefix=context.layout.prefix(one.digest),
                digest=one.digest,
                current=one.current,
                modules=one.modules,
            )
            # Nobody takes a name from a team by a personal environment, or by a newer one.
            for one in sorted(found, key=lambda one: (one.personal, one.created))
        ]
        if self._told == (published, readers):
            return
        guard = (lambda path, namespace: give(path, readers[namespace])) if self._served else None
        refused = refresh(context.layout.modules, published, guard).refused
        for name, why in refused.items():
            if self._refused.get(name) != why:
                _log.warning("the module %s is not published: %s", name, why)
        self._refused = refused
        self._told = (published, readers)
