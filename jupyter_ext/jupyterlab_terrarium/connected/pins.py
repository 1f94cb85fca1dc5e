"""Pinned kernels here: those that the store has, and those that a link or a record gave."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..builds import pinned, publication
from ..kernels import kernelspecs
from ..models.environment import Kernel, PinnedKernel
from ..models.problem import Problem
from ..services.context import ServiceContext
from ..store import builds, environments, kernels, locks, pointers
from ..store.prefixes import is_complete
from ..store.tables import EnvironmentRow, KernelRow, VersionRow, now

# A card that waits for a build asks again sooner than this.
_FRESH_SECONDS = 10.0


def pin(
    session: Session,
    context: ServiceContext,
    environment: EnvironmentRow,
    version: VersionRow,
    names: Sequence[Kernel],
    pinned_to: str,
) -> bool:
    """List kernels of *version*, by the *names* that the store has minted; whether that is done.

    They are pinned to its number, or to the pointer *pinned_to* that leads to it now. It is not
    done while there are no files: the build that brings them lists them.
    """
    if not pinned_to.isdigit():
        pointers.put(session, version, pinned_to, version.created_by)
    for kernel in names:
        if session.get(KernelRow, kernel.name) is None:
            kernels.add(session, kernel.name, environment.id, kernel.kernel, pinned_to=pinned_to)
    session.flush()
    part = locks.platform(session, version.lock_digest, context.platform)
    info = None if part is None else is_complete(context.layout, part.digest)
    if part is None or info is None:
        return False
    locks.record_prefix(
        session,
        part.digest,
        context.platform,
        size=info.size,
        files=info.files,
        kernels=list(info.kernels),
        warnings=list(info.warnings),
    )
    pinned.add(session, context.layout, environment, context.platform, pinned_to)
    return True


def runs(session: Session, context: ServiceContext, identity: str, there: PinnedKernel) -> bool:
    """Whether this kernel of the store is listed here, and runs what it runs there."""
    row = session.get(KernelRow, there.name)
    version = pointers.version_of(session, identity, there.pinned)
    return (
        row is not None
        and row.pinned == there.pinned
        and version is not None
        and version.number == there.version
        and kernelspecs.is_registered(there.name, context.layout.root)
    )


def numbers(session: Session, environment_id: str) -> list[str]:
    """The versions to which kernels are pinned here."""
    pins = {row.pinned for row in kernels.pinned(session, environment_id)}
    return sorted(pin for pin in pins if pin.isdigit())


def that_follow(session: Session, environment_id: str) -> set[str]:
    """Names of the kernels that follow a pointer: only the store can have told of those."""
    pins = kernels.pinned(session, environment_id)
    return {row.name for row in pins if not row.pinned.isdigit()}


def drop(session: Session, context: ServiceContext, identity: str, names: Collection[str]) -> None:
    """Kernels that the store had pinned, and has no more."""
    environment = environments.get(session, identity)
    for row in kernels.pinned(session, identity):
        if row.name in names:
            pinned.remove(session, context.layout, environment, row.pinned, row.kernel)


def unpin(session: Session, context: ServiceContext, identity: str, number: str) -> None:
    """The kernels of a version are not for us any more."""
    pinned.remove(session, context.layout, environments.get(session, identity), number)


def fresh_failure(session: Session, identity: str, number: int) -> Problem | None:
    """Why the build of a version has failed here a moment ago; older failures are tried again."""
    row = session.scalar(
        select(VersionRow).where(VersionRow.environment_id == identity, VersionRow.number == number)
    )
    last = None if row is None else row.last_build_id
    found = None if last is None else builds.get(session, last)
    if found is None or found.build.finished is None or found.build.problem is None:
        return None
    if (now() - found.build.finished).total_seconds() > _FRESH_SECONDS:
        return None
    return Problem.model_validate(found.build.problem)


def retract(session: Session, context: ServiceContext, identity: str) -> None:
    """Nothing is current here any more: only kernels that are pinned are left."""
    environment = environments.get(session, identity)
    if environment.current_version_id is not None:
        publication.withdraw(session, context.layout, environment)
        environment.current_version_id = None
