"""Keeps ``<root>/modules`` true: a modulefile for every version that is ready."""

from __future__ import annotations

import logging
import threading

from ..artifacts.modules import Published, Refreshed, refresh
from ..store import ready_versions
from .context import ServiceContext

_log = logging.getLogger("jupyterlab_terrarium.services")
#: Many things often change together: they are looked at once.
_PAUSE_SECONDS = 0.2


class ModuleTree:
    """Of one open store; a thread that writes when something has changed."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context
        self._changed = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="terrarium-modules", daemon=True)
        self._forget = context.database.on_event(self._changed.set)

    def start(self) -> None:
        """Begin with the tree as it is to be now."""
        self._changed.set()
        self._thread.start()

    def stop(self) -> None:
        """End; returns when nothing is written any more."""
        self._forget()
        self._stopping = True
        self._changed.set()
        if self._thread.is_alive():
            self._thread.join()

    def refresh(self) -> Refreshed:
        """Write what is new, remove what is gone. Raises ``OSError``."""
        context = self._context
        with context.database.read() as session:
            found = ready_versions.everywhere(session, context.platform)
        published = [
            Published(
                namespace=one.namespace,
                name=one.name,
                number=one.number,
                prefix=context.layout.prefix(one.digest),
                digest=one.digest,
                current=one.current,
                modules=tuple(one.specification.get("modules", ())),
            )
            for one in found
        ]
        return refresh(context.layout.modules, published)

    def _run(self) -> None:
        told: dict[str, str] = {}
        while True:
            self._changed.wait()
            if self._stopping:
                return
            threading.Event().wait(_PAUSE_SECONDS)
            self._changed.clear()
            try:
                refused = self.refresh().refused
            except OSError:
                _log.exception("environment modules could not be written")
                continue
            for name, why in refused.items():
                if told.get(name) != why:
                    _log.warning("the module %s is not published: %s", name, why)
            told = refused
