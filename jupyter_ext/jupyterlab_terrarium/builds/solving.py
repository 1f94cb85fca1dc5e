"""The first step of a build: its version's lock, solved when it has none."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from ..faults import fault_point
from ..models.build import BuildState
from ..models.lock import Lock
from ..models.problem import TerrariumError
from ..models.specification import Specification
from ..store import builds, environments, locks
from ..store.tables import BuildRow
from .build_log import BuildLog
from .explaining import explain_solve

if TYPE_CHECKING:
    from .supervisor import Supervisor

_EXPLAIN_SECONDS = 10.0


def lock_for_build(
    supervisor: Supervisor,
    ours: Callable[[Session], BuildRow | None],
    log: BuildLog,
    ending: threading.Event,
) -> Lock | None:
    """The lock of the version; solved now, once and for ever, when it has none.

    ``None`` when the build is no longer *ours*. Raises what the solver does, explained.
    """
    with supervisor.database.write() as session:
        build = ours(session)
        if build is None:
            return None
        version = environments.version(session, build.version_id)
        specification = Specification.model_validate(version.specification)
        text = version.specification_text
        asked = list(version.run_link_scripts)
        known = locks.of_version(session, version)
        if known is not None:
            return known
        kept = locks.to_keep(session, version)
        builds.enter(session, build, BuildState.SOLVING)
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
    lock = lock.permitting(supervisor.policy.permitted_link_scripts(found, asked))
    with supervisor.database.write() as session:
        build = ours(session)
        if build is None:
            return None
        version = environments.version(session, build.version_id)
        locks.attach(session, version, lock)
        version.run_link_scripts = lock.run_link_scripts
        fault_point("lock.stored")
    fault_point("lock.committed")
    return lock
