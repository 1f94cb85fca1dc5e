"""Lets conda list the environments of this store, for who asked for it."""

from __future__ import annotations

from ..kernels import conda_list
from ..store import links
from ..store.prefixes import is_complete
from .context import ServiceContext


def register(context: ServiceContext) -> None:
    """Every environment with files here, by its stable link. Raises ``OSError``."""
    layout = context.layout
    with context.database.read() as session:
        found = links.linked(session, context.platform)
    conda_list.register(
        layout.root,
        [
            layout.environment_link(one.namespace, one.environment)
            for one in found
            if is_complete(layout, one.digest) is not None
        ],
    )
