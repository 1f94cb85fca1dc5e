"""The kernel that a new notebook gets when its maker has not chosen one."""

from __future__ import annotations

from ..kernels import kernelspecs
from ..store import kernels
from .context import ServiceContext


def default_kernel(context: ServiceContext) -> str | None:
    """Name of the first recommended environment's kernel that this session lists."""
    with context.database.read() as session:
        names = kernels.recommended(session)
    root = context.layout.root
    return next((name for name in names if kernelspecs.is_registered(name, root)), None)
