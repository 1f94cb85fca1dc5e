"""The first steps of a build: its version's lock is solved when it has none, and kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from ..faults import fault_point
from ..models.lock import Lock
from ..models.problem import TerrariumError
from ..models.specification import Specification
from ..store import locks
from ..store.builds import BuildRecord
from .build_log import BuildLog
from .channel_access import ChannelAccess
from .explaining import explain_solve
from .fitness import fits
from .publication import publish_if_complete

if TYPE_CHECKING:
    from .supervisor import Supervisor

_EXPLAIN_SECONDS = 10.0


@dataclass(frozen=True)
class BuildLock:
    """The lock of a build's version; ``new`` when the version does not have it yet."""

    lock: Lock
    new: bool


def lock_for_build(
    supervisor: Supervisor,
    ours: Callable[[Session], BuildRecord | None],
    log: BuildLog,
    ending: threading.Event,
) -> BuildLock | None:
    """The lock of the version, solved when it has none.

    ``None`` when the build is no longer *ours*. Raises what the solver does, explained.
    """
    with supervisor.database.read() as session:
        record = ours(session)
        if record is None:
            return None
        version = record.version
        known = locks.of_version(session, version)
        if known is not None:
            return BuildLock(known, new=False)
        specification = Specification.model_validate(version.specification)
        text = version.specification_text
        asked = list(version.run_link_scripts)
        kept = locks.to_keep(session, version)
    fault_point("solve.begun")
    log.solving()
    try:
        solution = supervisor.solver.solve(specification, locked=kept, cancelled=ending)
    except TerrariumError as error:
        # Nobody waits at a screen for a build's explanation, so it may take longer.
        raise explain_solve(
            supervisor.solver,
            text,
            error,
            locked=kept,
            seconds=_EXPLAIN_SECONDS,
            cancelled=ending,
        ) from error
    lock = solution.lock
    log.solved(lock, solution.seconds)
    found = {name for part in lock.platforms for name in lock.scripted(part.platform)}
    return BuildLock(
        lock.permitting(supervisor.policy.permitted_link_scripts(found, asked)), new=True
    )


def keep_lock(
    supervisor: Supervisor, ours: Callable[[Session], BuildRecord | None], lock: Lock
) -> bool:
    """Give the version its lock, once and for ever; whether nothing is left to be done.

    It is ready in the same transaction when its prefix is complete. What this machine or the
    namespace may not have is refused later: the lock is the version's all the same.
    """
    platform = supervisor.platform
    access = ChannelAccess(supervisor.layout, supervisor.policy)
    fit = fits(lock, platform)
    with supervisor.database.write() as session:
        record = ours(session)
        if record is None:
            return True
        locks.attach(session, record.version, lock)
        record.version.run_link_scripts = lock.run_link_scripts
        fault_point("lock.stored")
        specification = Specification.model_validate(record.version.specification)
        done = (
            fit
            and not specification.checks
            and access.is_free(record.namespace.name, lock)
            and publish_if_complete(session, supervisor.layout, record.build, lock, platform)
        )
    fault_point("lock.committed")
    return done
