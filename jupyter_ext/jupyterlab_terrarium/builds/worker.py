"""The build worker: makes one prefix from one lock, or one form of a version; never solves.

``python -m jupyterlab_terrarium.builds.worker JOBFILE``; ``-`` reads the job from standard input,
after everything was imported, so that a supervisor may keep a worker waiting. Events go to the
build's log file and to standard output. Exit status: 0 the prefix is complete, 1 the build
failed and the last event says why, 2 the job cannot be read.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import sys
from typing import NoReturn

from . import death_pipe

USAGE = b"usage: python -m jupyterlab_terrarium.builds.worker JOBFILE (- for standard input)\n"


def main(arguments: list[str]) -> NoReturn:
    """Read the job, become polite, run it."""
    death_pipe.watch()
    if len(arguments) != 1:
        os.write(2, USAGE)
        os._exit(2)
    os.umask(0o022)
    # A worker lives for seconds: what is collected or looked up for others only costs time.
    gc.disable()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from .artifact_work import ArtifactWork
    from .job import ArtifactJob, read_job
    from .processes import adopt_orphans
    from .worker_run import WorkerRun

    adopt_orphans()
    if arguments[0] == "-":
        importlib.import_module("rattler.install")
    try:
        job = read_job(arguments[0])
    except (OSError, ValueError) as error:
        os.write(2, f"The job cannot be read: {error}\n".encode())
        os._exit(2)
    with contextlib.suppress(OSError):
        os.nice(job.nice)
    if job.auth_file is not None:
        os.environ["RATTLER_AUTH_FILE"] = str(job.auth_file)
    if isinstance(job, ArtifactJob):
        ArtifactWork(job).run()
    WorkerRun(job).run()


if __name__ == "__main__":
    main(sys.argv[1:])
