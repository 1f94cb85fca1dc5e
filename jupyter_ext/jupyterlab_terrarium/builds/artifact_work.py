"""What a worker does for an artifact: have what the form needs, make it, make a blob of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from ..artifacts.form import Form, Subject, Workshop
from ..artifacts.forms import FORMS
from ..conda.files import move_to_trash, sha256_of
from ..faults import fault_point
from ..models.build import BuildState, ResultEvent
from ..models.problem import Conflict, TerrariumError
from ..store.checks import require_space
from ..store.flock import wait_for_lock
from ..store.part_directory import PartDirectory
from ..store.prefixes import is_complete
from .failure import explain
from .job import ArtifactJob
from .plain_files import PlainFiles
from .processes import kill_strays
from .watchdog import Watchdog
from .worker_report import Report


class ArtifactWork:
    """Runs *job* in this process, which ends with it."""

    def __init__(self, job: ArtifactJob) -> None:
        self.job = job
        self.layout = job.layout
        self.form: Form = FORMS[job.form]
        self.own = self.layout.worker(job.worker) / f"{os.getpid()}-{secrets.token_hex(4)}"
        # Its progress is all that anybody sees of it.
        self.report = Report(Path(os.devnull))
        self.watchdog = Watchdog(job.limits, self.fail)

    def run(self) -> NoReturn:
        """Make it, report, end."""
        self.watchdog.start()
        try:
            self.layout.create()
            self.own.mkdir(parents=True)
            result = self._make()
        except BaseException as error:
            self.watchdog.close()
            self.fail(explain(error, str(self.job.root)))
        self.watchdog.close()
        kill_strays()
        self.report.result(result)
        self._end(0)

    def fail(self, error: TerrariumError) -> NoReturn:
        """Say why, end. Also called by the watchdog."""
        kill_strays()
        self.report.result(ResultEvent(ok=False, problem=error.problem()))
        self._end(1)

    def _end(self, code: int) -> NoReturn:
        with contextlib.suppress(OSError):
            if code == 0:
                shutil.rmtree(self.own, ignore_errors=True)
            else:
                move_to_trash(self.own, self.layout.trash)
        os._exit(code)

    def _make(self) -> ResultEvent:
        job, form = self.job, self.form
        subject = job.subject
        options = form.options.model_validate(job.options)
        files = self._files(subject) if form.needs == "packages" else {}
        self.report.phase(BuildState.FINISHING)
        work, target = self.own / "work", self.own / "artifact"
        work.mkdir()
        with self._prefix() as prefix:
            shop = Workshop(
                work=work,
                prefix=prefix,
                files=files,
                report=self._progress,
                cache=PartDirectory(self.layout.parts),
                byte_code=self.layout.bytecode,
                bases=job.bases,
            )
            form.make(subject, job.platform, options, shop, target)
        return self._keep(target)

    def _progress(self, done: int, total: int, current: str) -> None:
        self.report.progress(0, 0, done, total, current, last=done >= total > 0)

    def _keep(self, target: Path) -> ResultEvent:
        """The file becomes a blob; until its row says so, it is an orphan."""
        with target.open("rb") as file:
            os.fsync(file.fileno())
        size, sha256 = target.stat().st_size, sha256_of(target)
        target.chmod(0o644)
        fault_point("artifact.made")
        blob = self.layout.blob(sha256)
        blob.parent.mkdir(parents=True, exist_ok=True)
        target.replace(blob)
        fault_point("artifact.kept")
        return ResultEvent(ok=True, size=size, sha256=sha256)

    @contextmanager
    def _prefix(self) -> Iterator[Path | None]:
        """The complete prefix, held as a kernel holds it."""
        if self.form.needs != "prefix":
            yield None
            return
        layout, digest = self.layout, self.job.digest
        held = wait_for_lock(
            layout.lock(digest), lambda: is_complete(layout, digest) is None, lambda: None, True
        )
        info = None if held is None else is_complete(layout, digest)
        if held is None or info is None:
            raise Conflict(
                "the files of this version are not here any more", "Build it again, then retry."
            )
        with held:
            require_space(layout.root, info.size, self.job.disk_reserve)
            yield layout.prefix(digest)

    def _files(self, subject: Subject) -> Mapping[str, Path]:
        """Every package file that the form is made from, verified."""
        parts = [subject.part(self.job.platform)] if self.job.platform else subject.lock.platforms
        wanted = {package.sha256: package for part in parts for package in part.files}
        size = sum(package.size for package in wanted.values())
        require_space(self.layout.root, 3 * size, self.job.disk_reserve)
        self.report.phase(BuildState.FETCHING)
        files = PlainFiles(self.job, self.layout, self.own, self.report)
        return asyncio.run(files.get(wanted, size))
