"""At start, kernelspecs are brought to what the database says, both ways."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..models.problem import TerrariumError
from ..store.flock import is_locked
from ..store.paths import Layout
from . import kernelspecs
from .registration import KernelRegistration

MAX_LISTED = 200
_log = logging.getLogger("jupyterlab_terrarium.kernels")


@dataclass
class Reconciled:
    """Names of what was written, removed, and could not be written (with the reason)."""

    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def reconcile(
    wanted: Sequence[KernelRegistration], *, root: Path, limit: int = MAX_LISTED
) -> Reconciled:
    """Write what is missing or stale, remove ours that nobody wants any more.

    *wanted* is in order of importance; what comes after the first *limit* is not listed. Stale is
    what differs in any byte from what would be written now: another interpreter or launcher after
    an upgrade, another prefix. Pinned versions that are not wanted stay while something runs there.
    """
    done = Reconciled()
    kernelspecs.remove_leftovers()
    listed = list(wanted[:limit])
    names = {registration.name for registration in listed}
    layout = Layout(root)
    for found in list(kernelspecs.list_ours(root)):
        if found.name in names:
            continue
        if found.version is not None and is_locked(layout.locks / found.prefix):
            continue
        if kernelspecs.unregister(found.name, root=root):
            done.removed.append(found.name)
    for registration in listed:
        try:
            if kernelspecs.register(registration).changed:
                done.written.append(registration.name)
        except (OSError, TerrariumError) as error:
            done.failed[registration.name] = str(error)
            _log.warning("the kernel %s is not listed: %s", registration.name, error)
    return done
