"""One run of the worker: build, say how it went, end."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import NoReturn

from ..models.build import ResultEvent
from ..models.problem import TerrariumError
from .checks import run_checks, warnings
from .failure import explain
from .job import Job
from .prefix_build import PrefixBuild
from .processes import kill_strays
from .sandbox import Sandbox
from .watchdog import Watchdog
from .worker_report import Report, bounded


class WorkerRun:
    """Runs *job* in this process, which ends with it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        # Fetching ahead is no build: nobody reads its log.
        ahead = job.only is not None
        self.report = Report(Path(os.devnull) if ahead else job.layout.log(job.build_id))
        self.watchdog = Watchdog(job.limits, self.fail)
        self.build = PrefixBuild(job, self.report, self.watchdog)

    def run(self) -> NoReturn:
        """Build, report, end."""
        self.watchdog.start()
        try:
            if self.job.only is not None:
                result = self.build.fetch(self.job.only)
            else:
                result = self.build.run()
            if self.job.checks:
                result = self._checked(result)
        except BaseException as error:
            self.watchdog.close()
            self.fail(explain(error, str(self.job.root)))
        self.watchdog.close()
        kill_strays()
        self.report.result(result)
        self.end(0)

    def _checked(self, result: ResultEvent) -> ResultEvent:
        """*result* with those of the checks. The prefix is complete: nothing takes it back."""
        lock, part = self.job.parts()
        limits, log = self.job.limits, self.report.log
        sandbox = Sandbox(
            self.build.prefix, self.build.own, self.job.sandbox, memory_bytes=limits.memory_bytes
        )
        self.build.own.mkdir(parents=True, exist_ok=True)
        with self.build.hold():
            checks = run_checks(
                self.job.checks,
                part,
                str(self.build.prefix),
                lock.variables,
                sandbox,
                log,
                self.build.own,
            )
        said = warnings(checks)
        for line in said:
            self.report.warn(line)
        return result.model_copy(
            update={"checks": checks, "warnings": bounded([*result.warnings, *said])}
        )

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
