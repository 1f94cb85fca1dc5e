"""A worker as its supervisor sees it: a process group, a death pipe, and a stream of events."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator

from pydantic import TypeAdapter, ValidationError

from ..models.build import WorkerEvent
from .job import ArtifactJob, Job
from .processes import kill_worker

DEATH_PIPE = "TERRARIUM_DEATH_PIPE"
NO_LIMIT_SECONDS = 7 * 86_400.0
_EVENT: TypeAdapter[WorkerEvent] = TypeAdapter(WorkerEvent)


class WorkerProcess:
    """A running worker. It ends when we close our end of its death pipe, or die ourselves."""

    def __init__(self) -> None:
        """Start ``python -m jupyterlab_terrarium.builds.worker``, which waits for its job."""
        read_end, self._death_pipe = os.pipe()
        environment = dict(os.environ)
        environment[DEATH_PIPE] = str(read_end)
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "jupyterlab_terrarium.builds.worker", "-"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                pass_fds=(read_end,),
                start_new_session=True,
            )
        finally:
            os.close(read_end)
        self.timed_out = False
        self._timer: threading.Timer | None = None

    @property
    def waiting(self) -> bool:
        """Whether it lives and can still be given a job."""
        return self._timer is None and self._process.poll() is None

    def begin(self, job: Job | ArtifactJob) -> None:
        """Hand over the job; its time starts now."""
        self._timer = threading.Timer(job.limits.max_seconds or NO_LIMIT_SECONDS, self._time_out)
        self._timer.daemon = True
        self._timer.start()
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(job.model_dump_json().encode("utf-8"))
            self._process.stdin.close()

    def events(self) -> Iterator[WorkerEvent]:
        """Every event until the worker has closed its output; what is no event is passed over."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            try:
                yield _EVENT.validate_json(line)
            except ValidationError:
                continue

    def wait(self) -> int:
        """Wait for the end; returns the exit code (negative: the signal)."""
        code = self._process.wait()
        if self._timer is not None:
            self._timer.cancel()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._close_pipe()
        return code

    def kill(self) -> None:
        """End the worker now, with everything that it has started."""
        if self._process.poll() is None:
            kill_worker(self._process.pid)
        self._close_pipe()

    def _time_out(self) -> None:
        self.timed_out = True
        self.kill()

    def _close_pipe(self) -> None:
        descriptor, self._death_pipe = self._death_pipe, -1
        if descriptor >= 0:
            os.close(descriptor)
