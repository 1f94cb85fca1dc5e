"""Kernels that are pinned to a version, or that follow a named pointer when it is moved.

Their rows outlast a deletion of the environment, so that a restoration brings them back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from ..kernels import kernelspecs
from ..kernels.kernelspecs import KernelRegistration, Pin
from ..store import environments, kernels, locks, pointers
from ..store.paths import Layout
from ..store.tables import EnvironmentRow, KernelRow, PrefixRow
from . import undoable


@dataclass(frozen=True)
class _Target:
    """What a pin leads to now: a version that is ready, with the kernels in its files."""

    number: int
    digest: str
    kernels: tuple[str, ...]


def show(
    session: Session,
    layout: Layout,
    environment: EnvironmentRow,
    platform: str,
    before: Mapping[str, KernelRegistration] | None = None,
) -> bool:
    """Write links and kernelspecs of what is pinned in *environment*; whether there is any.

    *before* has the registrations, by name, to go back to should the transaction fail: those
    under the old name of an environment that was renamed. What has no files now stays as it is.
    """
    pins = {row.pinned for row in kernels.pinned(session, environment.id)}
    for pinned in sorted(pins):
        add(session, layout, environment, platform, pinned, before)
    return bool(pins)


def add(
    session: Session,
    layout: Layout,
    environment: EnvironmentRow,
    platform: str,
    pinned: str,
    before: Mapping[str, KernelRegistration] | None = None,
) -> list[KernelRow]:
    """Pin all kernels of what *pinned* leads to; those that there are already are brought up to it.

    A kernel that the version does not have is hidden until the pointer leads to one that has it.
    """
    target = _target(session, environment, platform, pinned)
    if target is None:
        return []
    if not pinned.isdigit():
        link = layout.kernel_link(environment.id, pinned)
        undoable.point_in_transaction(session, link, layout.prefix(target.digest))
    rows = {row.kernel: row for row in _rows(session, environment, pinned)}
    known = set(rows)
    for kernel in target.kernels:
        if kernel not in rows:
            name = _mint(environment, kernel, pinned)
            rows[kernel] = kernels.add(session, name, environment.id, kernel, pinned_to=pinned)
    for kernel, row in rows.items():
        if kernel in target.kernels:
            wanted = _registration(session, layout, environment, row, target)
            earlier = (before or {}).get(row.name, wanted) if kernel in known else None
            undoable.register(session, row, wanted, earlier)
        else:
            undoable.hide(session, layout, row.name)
    session.flush()
    return [row for kernel, row in rows.items() if kernel in target.kernels]


def remove(
    session: Session, layout: Layout, environment: EnvironmentRow, pinned: str, kernel: str = ""
) -> bool:
    """Forget what is pinned to *pinned*, or only its *kernel*; whether there was any."""
    rows = _rows(session, environment, pinned)
    going = [row for row in rows if not kernel or row.kernel == kernel]
    for row in going:
        undoable.unregister(session, layout, row)
    if len(going) == len(rows) and not pinned.isdigit():
        undoable.point_in_transaction(session, layout.kernel_link(environment.id, pinned), None)
    session.flush()
    return bool(going)


def hide(session: Session, layout: Layout, environment: EnvironmentRow) -> None:
    """Take the pinned kernels of a deleted environment out of sight."""
    for row in kernels.pinned(session, environment.id):
        undoable.hide(session, layout, row.name)
        if not row.pinned.isdigit():
            link = layout.kernel_link(environment.id, row.pinned)
            undoable.point_in_transaction(session, link, None)


def registrations(
    session: Session, layout: Layout, environment: EnvironmentRow, platform: str
) -> dict[str, KernelRegistration]:
    """What the kernelspecs of pinned kernels say as things are now, by name."""
    return {
        row.name: _registration(session, layout, environment, row, target)
        for row, target in _ready(session, environment, platform)
    }


def of_everybody(
    session: Session, layout: Layout, platform: str
) -> tuple[dict[Path, Path], list[KernelRegistration]]:
    """Links of followed pointers with where they lead, and all registrations: for a start."""
    links: dict[Path, Path] = {}
    found: list[KernelRegistration] = []
    for environment in kernels.with_pins(session):
        for row, target in _ready(session, environment, platform):
            found.append(_registration(session, layout, environment, row, target))
            if not row.pinned.isdigit():
                link = layout.kernel_link(environment.id, row.pinned)
                links[link] = layout.prefix(target.digest)
    return links, found


def _ready(
    session: Session, environment: EnvironmentRow, platform: str
) -> Iterator[tuple[KernelRow, _Target]]:
    for row in kernels.pinned(session, environment.id):
        target = _target(session, environment, platform, row.pinned)
        if target is not None and row.kernel in target.kernels:
            yield row, target


def _rows(session: Session, environment: EnvironmentRow, pinned: str) -> list[KernelRow]:
    return [row for row in kernels.pinned(session, environment.id) if row.pinned == pinned]


def _target(
    session: Session, environment: EnvironmentRow, platform: str, pinned: str
) -> _Target | None:
    version = pointers.version_of(session, environment.id, pinned)
    part = None if version is None else locks.platform(session, version.lock_digest, platform)
    prefix = None if part is None else session.get(PrefixRow, part.digest)
    if version is None or prefix is None:
        return None
    return _Target(version.number, prefix.digest, tuple(prefix.kernels))


def _mint(environment: EnvironmentRow, kernel: str, pinned: str) -> str:
    if pinned.isdigit():
        return kernelspecs.mint_name(environment.name, environment.id, kernel, int(pinned))
    return kernelspecs.mint_name(environment.name, environment.id, kernel, pointer=pinned)


def _registration(
    session: Session,
    layout: Layout,
    environment: EnvironmentRow,
    row: KernelRow,
    target: _Target,
) -> KernelRegistration:
    namespace = environments.namespace(session, environment)
    by_number = row.pinned.isdigit()
    return KernelRegistration(
        name=row.name,
        root=layout.root,
        environment_id=environment.id,
        namespace=namespace.name,
        environment=environment.name,
        kernel=row.kernel,
        personal=namespace.kind == "personal",
        pin=Pin(target.number, target.digest) if by_number else None,
        follows="" if by_number else row.pinned,
    )
