"""One run of the worker: build, say how it went, end."""

from __future__ import annotations

import contextlib
import os
from typing import NoReturn

from ..models.build import ResultEvent
from ..models.problem import TerrariumError
from .failure import explain
from .job import Job
from .prefix_build import PrefixBuild
from .processes import kill_strays
from .watchdog import Watchdog
from .worker_report import Report


class WorkerRun:
    """Runs *job* in this process, which ends with it."""

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
            self.build.discard()
        self.report.error(error.message)
        self.report.result(
            ResultEvent(ok=False, problem=error.problem(), warnings=self.report.warnings)
        )
        self.end(1)

    def end(self, code: int) -> NoReturn:
        """End without py-rattler's clean-up, which crashed at times after an error."""
        self.build.clean_up(ok=code == 0)
        os._exit(code)
