"""One worker that fetches package files while nothing is built, and ends at once when asked to."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..conda.files import move_to_trash
from ..models.build import ResultEvent
from ..models.lock import Lock
from .jobs import job_for
from .worker_process import WorkerProcess

if TYPE_CHECKING:
    from .supervisor import Supervisor

_NICE = 19

#: What the worker said at its end, ``None`` when it said nothing; and whether it was asked to end.
Done = Callable[[ResultEvent | None, bool], None]


class QuietFetch:
    """There is one in a supervisor, for all that is fetched before or after builds.

    It works at nice 19, one file after the other, by the way of a build; it makes no prefix. Begun
    and ended in the supervisor's thread.
    """

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._mutex = threading.Lock()
        self._busy = False
        self._ending = False
        self._worker: WorkerProcess | None = None
        self._follower: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        """Whether a worker lives."""
        with self._mutex:
            return self._busy

    def begin(self, name: str, lock: Lock, files: Sequence[str], done: Done, **more: Any) -> None:
        """Have *files* (SHA-256) of *lock*; *more* are fields of the job.

        *done* is called from another thread, before :attr:`busy` is over.
        """
        only = list(files)
        job = job_for(self._supervisor, name, lock, self._layer, nice=_NICE, only=only, **more)
        worker = WorkerProcess()
        worker.begin(job)
        follower = threading.Thread(
            target=self._follow, args=(worker, done), name=f"terrarium-{name}", daemon=True
        )
        self._worker, self._follower = worker, follower
        self._ending = False
        with self._mutex:
            self._busy = True
        follower.start()

    def end(self) -> None:
        """End the worker, if there is one; what it has completed stays."""
        worker, follower = self._worker, self._follower
        if worker is not None and follower is not None and follower.is_alive():
            self._ending = True
            worker.kill()
            follower.join(10)

    def disk_is_low(self) -> bool:
        """Whether no more than what builds leave free is free."""
        supervisor = self._supervisor
        free = shutil.disk_usage(supervisor.layout.root).free
        return free < supervisor.policy.disk_reserve

    def _follow(self, worker: WorkerProcess, done: Done) -> None:
        result: ResultEvent | None = None
        try:
            for event in worker.events():
                if isinstance(event, ResultEvent):
                    result = event
            worker.wait()
            layout = self._supervisor.layout
            move_to_trash(layout.worker(self._layer), layout.trash)
        finally:
            try:
                done(result, self._ending)
            finally:
                with self._mutex:
                    self._busy = False
                self._supervisor.poke()

    @property
    def _layer(self) -> str:
        """The worker's own directory: that of the slot after those of the builds."""
        return self._supervisor.worker_name(self._supervisor.pool_size)
