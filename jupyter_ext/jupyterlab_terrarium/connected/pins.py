"""Pinned kernels of a team store, recorded here under the same names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from ..builds import pinned
from ..models.environment import Environment, PinnedKernel
from ..store import kernels, pointers
from ..store.paths import Layout
from ..store.tables import EnvironmentRow, VersionRow


def of_versions(there: Environment) -> dict[int, list[PinnedKernel]]:
    """The pinned kernels of an environment by the version that they run now."""
    found: dict[int, list[PinnedKernel]] = {}
    for kernel in there.pinned_kernels:
        if kernel.version is not None:
            found.setdefault(kernel.version, []).append(kernel)
    return found


def recorded(session: Session, environment_id: str) -> set[tuple[str, str, int | None]]:
    """What is pinned here: names of kernels, what they are pinned to, which version that is."""
    found = set()
    for row in kernels.pinned(session, environment_id):
        version = pointers.version_of(session, environment_id, row.pinned)
        found.add((row.name, row.pinned, None if version is None else version.number))
    return found


def wanted(there: Environment) -> set[tuple[str, str, int | None]]:
    """What is to be pinned here, like :func:`recorded`."""
    return {(one.name, one.pinned, one.version) for one in there.pinned_kernels}


def put(
    session: Session,
    layout: Layout,
    environment: EnvironmentRow,
    platform: str,
    versions: Mapping[int, VersionRow],
    there: Sequence[PinnedKernel],
    user: str,
) -> None:
    """Have exactly the pinned kernels that are *there*; their kernelspecs, where files are here.

    *versions* are the rows of the versions that they run, by number.
    """
    names = {one.name for one in there}
    for row in kernels.pinned(session, environment.id):
        if row.name not in names:
            pinned.remove(session, layout, environment, row.pinned, row.kernel)
    known = {row.name for row in kernels.pinned(session, environment.id)}
    for one in there:
        version = versions.get(one.version or 0)
        if version is None:
            continue
        if not one.pinned.isdigit():
            pointers.put(session, version, one.pinned, user)
        if one.name not in known:
            kernels.add(session, one.name, environment.id, one.kernel, pinned_to=one.pinned)
    session.flush()
    pinned.show(session, layout, environment, platform)
