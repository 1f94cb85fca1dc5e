"""The build worker: makes one prefix from one lock, never solves.

``python -m jupyterlab_terrarium.builds.worker JOBFILE`` (``-`` reads the job from standard input:
everything is imported before, so that a supervisor may keep a worker waiting). Events go to the
build's log file and to standard output. Exit status: 0 the prefix is complete, 1 the build
failed and the last event says why, 2 the job cannot be read.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import NoReturn

from ..models.build import ResultEvent
from ..models.problem import TerrariumError
from ..store.prefixes import discard_prefix
from . import death_pipe
from .failure import explain
from .job import Job, read_job
from .prefix_build import PrefixBuild
from .processes import adopt_orphans, kill_strays
from .watchdog import Watchdog
from .worker_report import Report


class Worker:
    """One run of the worker."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.report = Report(job.layout.log(job.build_id))
        self.watchdog = Watchdog(job.limits, self.fail)
        self.build = PrefixBuild(job, self.report, self.watchdog)

    def run(self) -> NoReturn:
        """Build, report, end."""
        self.watchdog.start()
        try:
            result = self.build.run()
        except BaseException as error:
            self.watchdog.close()
            self.fail(explain(error, str(self.job.root)))
        self.watchdog.close()
        kill_strays()
        self.report.result(result)
        self.end(0)

    def fail(self, error: TerrariumError) -> NoReturn:
        """Put what is half done out of sight, say why, end. Also called by the watchdog."""
        kill_strays()
        with contextlib.suppress(OSError):
            if self.build.owns_prefix:
                discard_prefix(self.job.layout, self.job.digest)
        self.report.error(error.message)
        self.report.result(
            ResultEvent(ok=False, problem=error.problem(), warnings=self.report.warnings)
        )
        self.end(1)

    def end(self, code: int) -> NoReturn:
        """End without py-rattler's clean-up, which crashed at times after an error."""
        self.build.clean_up()
        os._exit(code)


def main(arguments: list[str]) -> NoReturn:
    """Read the job, become polite, run it."""
    death_pipe.watch()
    adopt_orphans()
    os.umask(0o022)
    if len(arguments) != 1:
        os.write(2, b"usage: python -m jupyterlab_terrarium.builds.worker JOBFILE (or -)\n")
        os._exit(2)
    try:
        job = read_job(arguments[0])
    except (OSError, ValueError) as error:
        os.write(2, f"The job cannot be read: {error}\n".encode())
        os._exit(2)
    with contextlib.suppress(OSError):
        os.nice(job.nice)
    if job.auth_file is not None:
        os.environ["RATTLER_AUTH_FILE"] = str(job.auth_file)
    Worker(job).run()


if __name__ == "__main__":
    main(sys.argv[1:])
