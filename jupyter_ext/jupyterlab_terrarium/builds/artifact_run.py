"""One artifact on its way: start the worker, follow its events, record what it made."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from pydantic import ValidationError

from ..artifacts.forms import FORMS
from ..conda.credentials import auth_file
from ..faults import fault_point
from ..models.artifact import ArtifactProgress, ArtifactState
from ..models.build import BuildState, ProgressEvent, ResultEvent
from ..models.build_problem import BuildFailed, TimeLimit
from ..models.digest import platform_digest
from ..models.disk_problem import disk_problem
from ..models.problem import NotFound, Problem, TerrariumError
from ..store import artifacts, environments, locks
from .artifact_subject import subject_of
from .job import ArtifactJob
from .worker_death import explain_death, oom_kills
from .worker_process import WorkerProcess

if TYPE_CHECKING:
    from .supervisor import Supervisor

_PROGRESS_SECONDS = 1.0
_log = logging.getLogger("jupyterlab_terrarium.builds")


class ArtifactRun:
    """Follows one claimed artifact to its end, in a thread of its own."""

    def __init__(
        self,
        supervisor: Supervisor,
        artifact_id: str,
        slot: int,
        ended: Callable[[str, int], None],
    ) -> None:
        self._supervisor = supervisor
        self._id = artifact_id
        self._slot = slot
        self._ended = ended
        self._over = threading.Event()
        self._mutex = threading.Lock()
        self._worker: WorkerProcess | None = None
        self._told = 0.0
        self._thread = threading.Thread(
            target=self._run, name=f"terrarium-artifact-{artifact_id}", daemon=True
        )

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def join(self, timeout: float) -> None:
        """Wait until the thread has ended, at most *timeout* seconds."""
        self._thread.join(timeout)

    def stop(self) -> None:
        """End the worker; whoever calls has said in the database what becomes of the artifact."""
        self._over.set()
        with self._mutex:
            if self._worker is not None:
                self._worker.kill()

    def _run(self) -> None:
        try:
            self._make()
        except (TerrariumError, ValidationError) as error:
            self._end(_problem(error))
        except Exception as error:
            _log.exception("error while making the artifact %s", self._id)
            self._end(
                (
                    disk_problem(error)
                    or BuildFailed(
                        "Terrarium met a defect of its own while it made this",
                        "Retry; if it happens again, report it with the server's log.",
                    )
                ).problem()
            )
        finally:
            self.stop()
            if self._worker is not None:
                self._worker.wait()
            self._ended(self._id, self._slot)

    def _make(self) -> None:
        job = self._job()
        if job is None:
            return
        with self._mutex:
            if self._over.is_set():
                return
            worker = self._worker = self._supervisor.take_worker()
            worker.begin(job)
        killed_before = oom_kills()
        result: ResultEvent | None = None
        for event in worker.events():
            if isinstance(event, ResultEvent):
                result = event
            elif isinstance(event, ProgressEvent):
                self._count(event)
        code = worker.wait()
        if self._over.is_set():
            return
        if result is not None:
            fault_point("artifact.ended")
            self._end(result.problem, result)
        elif worker.timed_out:
            self._end(
                TimeLimit(
                    f"it took more than {job.limits.max_seconds:.0f} s and was ended",
                    "Retry, or ask the administrator for a longer limit.",
                ).problem()
            )
        else:
            memory = oom_kills() > killed_before
            self._end(explain_death(code, out_of_memory=memory).problem())

    def _job(self) -> ArtifactJob | None:
        """What the worker is to do; ``None`` when the artifact is not ours any more."""
        supervisor = self._supervisor
        policy, channels = supervisor.policy, supervisor.channels
        with supervisor.database.read() as session:
            row = artifacts.ours(session, self._id, supervisor.name)
            if row is None:
                return None
            version = environments.version(session, row.version_id)
            environment = environments.get(session, version.environment_id)
            lock = locks.of_version(session, version)
            if lock is None:
                raise NotFound(f"version {version.number} has no lock yet")
            namespace = environments.namespace(session, environment)
            subject = subject_of(namespace, environment, version, lock)
            needs_prefix = FORMS[row.form].needs == "prefix"
            return ArtifactJob(
                root=supervisor.layout.root,
                form=row.form,
                platform=row.platform,
                options=row.options,
                subject=subject,
                digest=platform_digest(lock, row.platform) if needs_prefix else "",
                worker=supervisor.worker_name(self._slot),
                limits=supervisor.limits,
                mirrors=channels.mirrors,
                offline=channels.offline,
                auth_file=auth_file() if auth_file().exists() else None,
                store_files=supervisor.store_files(session, version),
                private_channels=sorted(policy.private_channels),
                disk_reserve=policy.disk_reserve,
                keep_package_files=policy.retention.package_files,
                bases=dict(policy.image_bases),
            )

    def _count(self, event: ProgressEvent) -> None:
        moment = time.monotonic()
        if self._over.is_set() or moment - self._told < _PROGRESS_SECONDS:
            return
        self._told = moment
        word = "fetching " if event.phase is BuildState.FETCHING else ""
        progress = ArtifactProgress(
            done=event.bytes_done, total=event.bytes_total, current=word + event.current
        )
        with self._supervisor.database.write() as session:
            row = artifacts.ours(session, self._id, self._supervisor.name)
            if row is not None:
                artifacts.count(session, row, progress.model_dump(mode="json"))

    def _end(self, problem: Problem | None, result: ResultEvent | None = None) -> None:
        if self._over.is_set():
            return
        with self._supervisor.database.write() as session:
            row = artifacts.ours(session, self._id, self._supervisor.name)
            if row is None:
                return
            if result is not None and result.ok:
                if not self._supervisor.layout.blob(result.sha256).is_file():
                    # Clean-up, which runs in such a transaction too, took it for an orphan.
                    artifacts.release(session, row)
                    return
                artifacts.end(
                    session, row, ArtifactState.READY, sha256=result.sha256, size=result.size
                )
                fault_point("artifact.recorded")
            else:
                artifacts.end(session, row, ArtifactState.FAILED, problem=problem)


def _problem(error: TerrariumError | ValidationError) -> Problem:
    if isinstance(error, TerrariumError):
        return error.problem()
    return BuildFailed("what it is made from cannot be read", raw=str(error)).problem()
