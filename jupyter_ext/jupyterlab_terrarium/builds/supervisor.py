"""The local executor: takes builds from the database, has them solved, runs workers.

One thread looks after the queue, and one per running build follows its worker. The event loop of
the server is not involved. Builds of a supervisor that has died go back into the queue.
"""

from __future__ import annotations

import contextlib
import logging
import re
import shutil
import threading
import time
from collections.abc import Callable

from sqlalchemy.orm import Session

from ..conda.channels import ChannelConfig
from ..faults import fault_point
from ..models.policy import Policy
from ..store import builds
from ..store.database import Database
from ..store.paths import Layout
from ..store.prefixes import empty_trash
from ..store.tables import VersionRow, new_id
from .artifact_queue import ArtifactQueue
from .catch_up import CatchUp
from .fetch_ahead import FetchAhead
from .history import BuildHistory
from .job import Limits, StoreFiles
from .liveness import Presence, alive, is_alive
from .making import Making
from .queue import Waiting, must_wait, order
from .quiet_fetch import QuietFetch
from .run import BuildRun
from .solver_client import SolverClient
from .takeover import Takeover
from .worker_process import WorkerProcess

_LOOK_AGAIN_SECONDS = 1.0
_IDLE_ROUNDS = 60
# `<supervisor>-<slot>`, and the lock file beside it; a worker run by hand has another name.
_LAYER = re.compile(r"(\d+-[a-z0-9]{16}(?:\.[0-9a-f]{8})?)-\d+(?:\.lock)?")
_log = logging.getLogger("jupyterlab_terrarium.builds")


class Supervisor:
    """A bounded pool of build workers on this machine."""

    def __init__(
        self,
        *,
        layout: Layout,
        database: Database,
        solver: SolverClient,
        platform: str,
        channels: ChannelConfig,
        pool_size: int = 2,
        limits: Limits | None = None,
        policy: Policy | None = None,
    ) -> None:
        self.layout = layout
        self.database = database
        self.solver = solver
        self.platform = platform
        self.channels = channels
        self.pool_size = pool_size
        self.limits = limits or Limits()
        self.policy = policy or Policy()
        self.history = BuildHistory(platform)
        self.making = Making()
        self._quiet = QuietFetch(self)
        self.ahead = FetchAhead(self, self._quiet)
        self.catch_up = CatchUp(self, self._quiet)
        self.artifacts = ArtifactQueue(self)
        #: Where files of a version may be that its channels do not hand out.
        self.store_files: Callable[[Session, VersionRow], StoreFiles | None] = lambda *_: None
        self._takeover = Takeover(self)
        self._condition = threading.Condition()
        self._poked = True
        self._stopping = False
        self._runs: dict[str, BuildRun] = {}
        self._slots = set(range(pool_size))
        self._spare: WorkerProcess | None = None
        self._idle_rounds = 0
        self._look_at = 0.0
        self._not_before: dict[str, float] = {}
        self._presence: Presence | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look after the queue, in a thread of its own."""
        self._presence = Presence(self.layout)
        self._remove_dead_layers()
        self._thread = threading.Thread(target=self._loop, name="terrarium-supervisor", daemon=True)
        self._thread.start()

    def poke(self) -> None:
        """There may be something to do."""
        with self._condition:
            self._poked = True
            self._condition.notify_all()

    def cancel(self, build_id: str) -> None:
        """End a build of this supervisor at once; others learn of it from the database."""
        with self._condition:
            run = self._runs.get(build_id)
        if run is not None:
            run.cancel()

    def stop(self) -> None:
        """End all workers; their builds go back into the queue for the next supervisor."""
        with self._condition:
            self._stopping = True
            self._condition.notify_all()
            runs = list(self._runs.values())
        for run in runs:
            run.abandon()
        # Whoever waits for a solve must not wait until it is done.
        self.solver.close()
        if self._thread is not None:
            self._thread.join(timeout=10)
        self.artifacts.stop()
        self._quiet.end()
        for run in runs:
            run.join(timeout=10)
        if self._spare is not None:
            self._spare.kill()
            self._spare.wait()
        if self._presence is not None:
            for slot in range(self.pool_size + 1):
                shutil.rmtree(self.layout.worker(self.worker_name(slot)), ignore_errors=True)
            self._presence.leave()

    def take_worker(self) -> WorkerProcess:
        """A worker that waits for its job: the spare one, whose imports are done, if there is."""
        with self._condition:
            spare, self._spare = self._spare, None
        if spare is not None and spare.waiting:
            return spare
        return WorkerProcess()

    def _remove_dead_layers(self) -> None:
        """Cache layers of workers whose supervisor has died go to the trash, unread."""
        living = alive(self.layout)
        for layer in self.layout.workers.iterdir():
            named = _LAYER.fullmatch(layer.name)
            if named is None or named[1] in living or is_alive(self.layout, named[1]):
                continue
            # Another server that starts now may be faster.
            with contextlib.suppress(FileNotFoundError):
                layer.rename(self.layout.trash / f"{layer.name}-{new_id()}")

    def _tidy(self) -> None:
        """Delete what lies in the trash, after a minute without a build and in small portions."""
        with self._condition:
            busy = self._busy or self._stopping
        self._idle_rounds = 0 if busy else self._idle_rounds + 1
        if self._idle_rounds > _IDLE_ROUNDS:
            self.ahead.drop_unused()
            self.catch_up.step()
            empty_trash(self.layout, max_seconds=0.1)

    def _keep_spare(self) -> None:
        with self._condition:
            if self._busy or self._stopping or (self._spare is not None and self._spare.waiting):
                return
            self._spare = WorkerProcess()

    def worker_name(self, slot: int) -> str:
        """Name of the package cache layer that the worker in *slot* has for itself."""
        return f"{self.name}-{slot}"

    def wait_idle(self, finished: Callable[[], bool]) -> None:
        """Block until *finished* holds; asked whenever a build ends, and once a second."""
        while not finished():
            with self._condition:
                self._condition.wait(_LOOK_AGAIN_SECONDS)

    def _loop(self) -> None:
        while True:
            with self._condition:
                if not self._poked and not self._stopping:
                    self._condition.wait(max(0.0, self._look_at - time.monotonic()))
                self._poked = False
                if self._stopping:
                    return
            try:
                # Whoever queues a build does not wait until all has been looked after.
                due = time.monotonic() >= self._look_at
                if due:
                    self._look_at = time.monotonic() + _LOOK_AGAIN_SECONDS
                    self._takeover.beat()
                    self._takeover.recover()
                    self._cancel_requested()
                self._fetch_politely()
                while self._free() and self._claim():
                    pass
                self.artifacts.step()
                self._keep_spare()
                if due:
                    self._tidy()
            except Exception:
                # The queue must survive a locked or full database: it is asked again in a second.
                _log.exception("the build queue could not be read; trying again")

    def _fetch_politely(self) -> None:
        """Builds of any server of this store go first, then plans on screens, then the rest."""
        if self.ahead.idle and not self.catch_up.working:
            return
        with self.database.read() as session:
            building = any(builds.counts(session))
        if building or self._busy or not self.ahead.idle:
            self.catch_up.end()
        self.ahead.step(may_work=not building)

    def _free(self) -> bool:
        with self._condition:
            return bool(self._slots) and not self._stopping

    @property
    def _busy(self) -> bool:
        return len(self._slots) < self.pool_size

    def slot_to_spare(self) -> int | None:
        """A slot for something that is no build; the last one stays free for builds."""
        with self._condition:
            if self._stopping or len(self._slots) < min(2, self.pool_size):
                return None
            return self._slots.pop()

    def give_slot(self, slot: int) -> None:
        """A slot is free again."""
        with self._condition:
            self._slots.add(slot)

    @property
    def name(self) -> str:
        """This supervisor's identity in the database."""
        assert self._presence is not None
        return self._presence.name

    @property
    def host(self) -> str:
        """What shares our locks; see :func:`.liveness.host_id`."""
        assert self._presence is not None
        return self._presence.host

    def followed(self) -> dict[str, BuildRun]:
        """The builds that threads of ours follow now, by id."""
        with self._condition:
            return dict(self._runs)

    def _claim(self) -> bool:
        with self.database.read() as session:
            if self._next(session) is None:
                return False
        with self.database.write() as session:
            build_id = self._next(session)
            if build_id is None:
                return False
            fence = builds.claim(session, build_id, self.name)
        fault_point("queue.claimed")
        self._not_before.pop(build_id, None)
        with self._condition:
            slot = self._slots.pop()
            run = BuildRun(self, build_id, fence, slot, self._ended)
            self._runs[build_id] = run
        run.start()
        return True

    def _next(self, session: Session) -> str | None:
        """The build whose turn it is, if one may begin now."""
        waiting = [Waiting(*row) for row in builds.waiting(session)]
        moment = time.monotonic()
        ready = [build for build in waiting if self._not_before.get(build.id, 0.0) <= moment]
        if not ready:
            return None
        running, per_user = builds.running(session), self.policy.running_per_user
        first = order(ready, running, per_user)[0]
        return None if must_wait(running.get(first.user, 0), per_user) else first.id

    def later(self, build_id: str, seconds: float) -> None:
        """Do not take this build again before *seconds* have passed; a restart forgets it."""
        self._not_before[build_id] = time.monotonic() + seconds

    def _ended(self, build_id: str) -> None:
        with self._condition:
            run = self._runs.pop(build_id, None)
            if run is not None:
                self._slots.add(run.slot)
            self._poked = True
            self._condition.notify_all()

    def _cancel_requested(self) -> None:
        with self._condition:
            if not self._runs:
                return
        with self.database.read() as session:
            ids = builds.cancelled(session, self.name)
        for build_id in ids:
            self.cancel(build_id)
