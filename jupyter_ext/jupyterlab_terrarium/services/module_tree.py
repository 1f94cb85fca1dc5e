"""Keeps ``<root>/modules`` true: a modulefile for every version that is ready."""

from __future__ import annotations

import logging

from ..artifacts.modules import Published, refresh
from ..store import ready_versions
from .context import ServiceContext

_log = logging.getLogger("jupyterlab_terrarium.services")


class ModuleTree:
    """Of one store."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context
        self._refused: dict[str, str] = {}

    def refresh(self) -> None:
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
        refused = refresh(context.layout.modules, published).refused
        for name, why in refused.items():
            if self._refused.get(name) != why:
                _log.warning("the module %s is not published: %s", name, why)
        self._refused = refused
