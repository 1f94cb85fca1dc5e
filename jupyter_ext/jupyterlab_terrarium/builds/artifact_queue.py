"""Artifacts take what builds leave free of the pool.

Whoever makes one makes the same bytes, so being made twice does no harm: there is no fence. What a
dead supervisor was making goes back into the queue.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from ..faults import fault_point
from ..models.artifact import ArtifactState
from ..models.build_problem import BuildFailed
from ..store import artifacts
from ..store.artifact_tables import ArtifactRow
from .artifact_run import ArtifactRun
from .heartbeat import Pulse, Watch
from .liveness import is_alive, is_elsewhere

if TYPE_CHECKING:
    from .supervisor import Supervisor

MAX_ATTEMPTS = 3


class ArtifactQueue:
    """Of one supervisor, in its thread; :meth:`cancel` may be called from any."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._mutex = threading.Lock()
        self._runs: dict[str, ArtifactRun] = {}
        self._pulse = Pulse()
        self._watch = Watch()

    def step(self) -> None:
        """Give a sign of life, take over from the dead, end what is not wanted, begin the next."""
        self._look_after_all()
        while (slot := self._supervisor.slot_to_spare()) is not None:
            try:
                artifact_id = self._claim()
            except BaseException:
                self._supervisor.give_slot(slot)
                raise
            if artifact_id is None:
                self._supervisor.give_slot(slot)
                return
            run = ArtifactRun(self._supervisor, artifact_id, slot, self._ended)
            with self._mutex:
                self._runs[artifact_id] = run
            run.start()

    def cancel(self, artifact_id: str) -> None:
        """End the worker of an artifact that is not wanted any more, if it is ours."""
        with self._mutex:
            run = self._runs.get(artifact_id)
        if run is not None:
            run.stop()

    def stop(self) -> None:
        """End all workers; what they were making waits for the next supervisor."""
        with self._mutex:
            runs = dict(self._runs)
        for run in runs.values():
            run.stop()
        if runs:
            supervisor = self._supervisor
            with supervisor.database.write() as session:
                for artifact_id in runs:
                    row = artifacts.ours(session, artifact_id, supervisor.name)
                    if row is not None:
                        # An orderly end is no attempt that has failed.
                        row.attempts -= 1
                        artifacts.release(session, row)
        for run in runs.values():
            run.join(timeout=10)

    def _claim(self) -> str | None:
        database = self._supervisor.database
        with database.read() as session:
            if not artifacts.any_queued(session):
                return None
        with database.write() as session:
            row = artifacts.claim(session, self._supervisor.name)
            claimed = None if row is None else row.id
        if claimed is not None:
            fault_point("artifact.claimed")
        return claimed

    def _ended(self, artifact_id: str, slot: int) -> None:
        with self._mutex:
            self._runs.pop(artifact_id, None)
        self._supervisor.give_slot(slot)
        self._supervisor.poke()

    def _look_after_all(self) -> None:
        supervisor = self._supervisor
        with self._mutex:
            followed = dict(self._runs)
        with supervisor.database.read() as session:
            rows = artifacts.making(session)
            left = [row.id for row in rows if self._is_left(row, followed)]
            self._watch.forget_all_but({row.owner or "" for row in rows})
            ours = {row.id for row in rows if row.owner == supervisor.name}
            unwanted = [row.id for row in rows if row.cancel_requested and row.id in followed]
        for artifact_id in (*(followed.keys() - ours), *unwanted):
            followed[artifact_id].stop()
        beat = self._pulse.next() if followed else None
        if not left and not unwanted and beat is None:
            return
        with supervisor.database.write() as session:
            if beat is not None:
                artifacts.beat(session, supervisor.name, beat)
            for row in artifacts.making(session):
                if row.id in unwanted:
                    artifacts.end(session, row, ArtifactState.CANCELLED)
                elif row.id in left and self._is_left(row, followed):
                    _take_over(session, row)

    def _is_left(self, row: ArtifactRow, followed: dict[str, ArtifactRun]) -> bool:
        """Whether nobody makes it any more."""
        supervisor, owner = self._supervisor, row.owner or ""
        if owner == supervisor.name:
            return row.id not in followed
        if is_elsewhere(owner, supervisor.host):
            return self._watch.silent(owner, f"{row.id} {row.beat}")
        return not is_alive(supervisor.layout, owner)


def _take_over(session: Session, row: ArtifactRow) -> None:
    if row.cancel_requested:
        artifacts.end(session, row, ArtifactState.CANCELLED)
    elif row.attempts >= MAX_ATTEMPTS:
        problem = BuildFailed(
            f"the server ended {row.attempts} times while it made this",
            "Look into the server's log, then retry.",
        ).problem()
        artifacts.end(session, row, ArtifactState.FAILED, problem=problem)
    else:
        artifacts.release(session, row)
