"""One build on its way: solve, start the worker, follow its events, publish or fail."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from ..faults import fault_point
from ..models.build import (
    ENDED,
    BuildState,
    ResultEvent,
    WorkerEvent,
)
from ..models.build_problem import BuildFailed, ChannelUnreachable, TimeLimit
from ..models.digest import platform_digest
from ..models.disk_problem import disk_problem
from ..models.lock import Lock
from ..models.problem import Problem, TerrariumError
from ..models.specification import Specification
from ..store import builds, fetched_ahead
from ..store.builds import BuildRecord
from ..store.checks import require_space
from ..store.prefixes import is_complete
from .build_log import BuildLog
from .channel_access import ChannelAccess
from .explaining import name_lines
from .fitness import check_host
from .forecast import Forecast, work_of
from .job import Job
from .jobs import job_for
from .progress_record import ProgressRecord
from .publication import publish, publish_if_complete
from .solver_connection import SolveCancelled
from .solving import keep_lock, lock_for_build
from .worker_death import explain_death, oom_kills
from .worker_process import WorkerProcess

if TYPE_CHECKING:
    from .supervisor import Supervisor

#: How long to wait before a build is tried again that met an unreachable channel.
RETRY_SECONDS = (1.0, 4.0)
_log = logging.getLogger("jupyterlab_terrarium.builds")


class BuildRun:
    """Follows one claimed build to its end, in a thread of its own."""

    def __init__(
        self,
        supervisor: Supervisor,
        build_id: str,
        fence: int,
        slot: int,
        ended: Callable[[str], None],
    ) -> None:
        self._supervisor = supervisor
        self._build_id = build_id
        self._fence = fence
        self.slot = slot
        self._log = BuildLog(supervisor.layout, build_id)
        self._ended = ended
        self._ending = threading.Event()
        self._cancelled = threading.Event()
        self._abandoned = threading.Event()
        self._worker: WorkerProcess | None = None
        self._mutex = threading.Lock()
        self._record: ProgressRecord
        self._thread = threading.Thread(
            target=self._run, name=f"terrarium-build-{build_id}", daemon=True
        )

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def join(self, timeout: float) -> None:
        """Wait until the thread has ended, at most *timeout* seconds."""
        self._thread.join(timeout)

    def cancel(self) -> None:
        """End the build at once, in any phase: its state and its processes."""
        self._cancelled.set()
        self._ending.set()
        self._kill()
        with self._supervisor.database.write() as session:
            record = self._open(session)
            if record is not None:
                builds.enter(session, record.build, BuildState.CANCELLED)

    def abandon(self) -> None:
        """The supervisor stops: end the worker and leave the build to the next supervisor."""
        self._abandoned.set()
        self._ending.set()
        self._kill()

    def _kill(self) -> None:
        with self._mutex:
            if self._worker is not None:
                self._worker.kill()

    def _open(self, session: Session) -> BuildRecord | None:
        """The build while it is ours: not ended, and not claimed anew, by whomever, since.

        Whoever holds the record spares the session a second look at what the build is of.
        """
        record = builds.get(session, self._build_id)
        if record is None or BuildState(record.build.state) in ENDED:
            return None
        build = record.build
        ours = build.owner == self._supervisor.name and build.fence == self._fence
        return record if ours else None

    def _run(self) -> None:
        try:
            self._build()
        except SolveCancelled:
            _log.debug("build %s was cancelled while it was solved", self._build_id)
        except TerrariumError as error:
            self._end_with(error.problem())
        except Exception as error:
            _log.exception("error while building %s", self._build_id)
            self._fail(
                (
                    disk_problem(error)
                    or BuildFailed(
                        "Terrarium met a defect of its own while it built this",
                        "Retry; if it happens again, report it with the server's log.",
                    )
                ).problem()
            )
        finally:
            try:
                self._end_worker()
                self._give_back()
            finally:
                self._ended(self._build_id)

    def _end_worker(self) -> None:
        """However we got here: no worker goes on that nobody follows."""
        self._kill()
        if self._worker is not None:
            self._worker.wait()

    def _give_back(self) -> None:
        if not self._abandoned.is_set() or self._cancelled.is_set():
            return
        with self._supervisor.database.write() as session:
            record = self._open(session)
            if record is not None:
                record.build.attempts -= 1
                builds.release(session, record.build)

    @property
    def _over(self) -> bool:
        return self._ending.is_set()

    def _build(self) -> None:
        supervisor = self._supervisor
        answer = lock_for_build(supervisor, self._open, self._log, self._ending)
        if answer is None or self._over:
            return
        lock, platform = answer.lock, supervisor.platform
        if answer.new and keep_lock(supervisor, self._open, lock):
            return
        check_host(lock, platform)
        with supervisor.making.turn(platform_digest(lock, platform), self._ending) as mine:
            if mine:
                self._make(lock, platform)

    def _make(self, lock: Lock, platform: str) -> None:
        """Publish what is there, or let a worker make it."""
        supervisor = self._supervisor
        with supervisor.database.write() as session:
            record = self._open(session)
            if record is None:
                return
            checks = Specification.model_validate(record.version.specification).checks
            samples = supervisor.history.samples(session)
            elsewhere = supervisor.store_files(session, record.version)
            access = ChannelAccess(supervisor.layout, supervisor.policy)
            unproven = access.require(record.namespace.name, lock)
            if not (checks or unproven) and publish_if_complete(
                session, supervisor.layout, record.build, lock, platform
            ):
                return
        part = lock.for_platform(platform)
        if part is not None:
            fetched_ahead.used(supervisor.layout, (file.sha256 for file in part.files))
        require_space(supervisor.layout.root, 0, supervisor.policy.disk_reserve)
        forecast = Forecast(samples, work_of(lock, platform, checks))
        self._record = ProgressRecord(supervisor.database, self._open, forecast)
        worker = supervisor.worker_name(self.slot)
        more = {"store_files": elsewhere, "checks": checks, "prove": unproven}
        self._work(job_for(supervisor, self._build_id, lock, worker, **more), lock)

    def _work(self, job: Job, lock: Lock) -> None:
        supervisor, digest, platform = self._supervisor, job.digest, job.platform
        with self._mutex:
            if self._over:
                return
            worker = self._worker = supervisor.take_worker()
            worker.begin(job)
        fault_point("worker.asked")
        killed_before = oom_kills()
        result: ResultEvent | None = None
        for event in worker.events():
            if isinstance(event, ResultEvent):
                result = event
            elif not self._over:
                self._follow(event)
        code = worker.wait()
        if self._over:
            return
        info = is_complete(supervisor.layout, digest)
        if result is not None and result.ok and info is not None:
            fault_point("publication.begun")
            with supervisor.database.write() as session:
                record = self._open(session)
                if record is not None:
                    build = record.build
                    build.reused = result.reused
                    build.checks = [check.model_dump(mode="json") for check in result.checks]
                    publish(session, supervisor.layout, build, lock, digest, platform, info)
            fault_point("publication.committed")
            return
        if result is not None and result.problem is not None:
            self._end_with(self._with_lines(result.problem, lock), logged=True)
        elif worker.timed_out:
            self._fail(
                TimeLimit(
                    f"the build took more than {supervisor.limits.max_seconds:.0f} s and was ended",
                    "Retry (what was fetched is kept), ask for fewer packages, or ask the "
                    "administrator for a longer limit.",
                ).problem()
            )
        else:
            self._fail(explain_death(code, out_of_memory=oom_kills() > killed_before).problem())

    def _with_lines(self, problem: Problem, lock: Lock) -> Problem:
        """What the worker said, with the lines of the specification that it is about."""
        supervisor = self._supervisor
        with supervisor.database.read() as session:
            record = self._open(session)
            if record is None:
                return problem
            specification = Specification.model_validate(record.version.specification)
        return name_lines(problem, specification, lock, supervisor.platform)

    def _follow(self, event: WorkerEvent) -> None:
        self._record.take(event)

    def _end_with(self, problem: Problem, *, logged: bool = False) -> None:
        """Fail; but what only the network is to blame for is tried again after a while."""
        if self._over:
            return
        if problem.code != ChannelUnreachable.code or not self._try_again(problem):
            self._fail(problem, logged=logged)

    def _try_again(self, problem: Problem) -> bool:
        with self._supervisor.database.write() as session:
            record = self._open(session)
            if record is None or record.build.retries >= len(RETRY_SECONDS):
                return False
            build = record.build
            seconds = RETRY_SECONDS[build.retries]
            build.retries += 1
            build.attempts -= 1
            self._supervisor.later(self._build_id, seconds)
            self._log.retrying(problem, seconds)
            builds.release(session, build, f"{problem.title}; next try in {seconds:.0f} s")
        return True

    def _fail(self, problem: Problem, *, logged: bool = False) -> None:
        if self._over:
            return
        if not logged:
            self._log.failed(problem)
        with self._supervisor.database.write() as session:
            record = self._open(session)
            if record is not None:
                build = record.build
                build.problem = problem.model_dump(mode="json")
                builds.enter(session, build, BuildState.FAILED)
