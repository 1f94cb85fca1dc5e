"""At start, kernelspecs are brought to what the database says, both ways."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from . import kernelspecs
from .kernelspecs import KernelRegistration

_log = logging.getLogger("jupyterlab_terrarium.kernels")


def reconcile(wanted: Sequence[KernelRegistration], *, root: Path) -> None:
    """Write what is missing or stale, remove ours that nobody wants any more."""
    kernelspecs.remove_leftovers()
    names = {registration.name for registration in wanted}
    for name in list(kernelspecs.list_ours(root)):
        if name not in names:
            kernelspecs.unregister(name, root=root)
    for registration in wanted:
        try:
            kernelspecs.register(registration)
        except (OSError, ValueError) as error:
            _log.warning("the kernel %s could not be registered: %s", registration.name, error)
