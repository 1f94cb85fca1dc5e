"""Repairing a prefix: the worker makes a fresh one beside it, from which it is put right."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from ..conda.channels import ChannelConfig
from ..conda.credentials import auth_file
from ..conda.files import move_to_trash
from ..conda.restoration import Restored, restore
from ..faults import fault_point
from ..models.build import ResultEvent
from ..models.build_problem import BuildFailed
from ..models.digest import platform_digest
from ..models.lock import Lock
from ..models.problem import Conflict
from ..store.flock import try_lock
from ..store.paths import Layout
from .job import Job, Limits
from .worker_process import WorkerProcess


def name_beside(digest: str) -> str:
    """What the fresh prefix for repairing *digest* is named by: always the same, 64 digits."""
    return hashlib.sha256(f"repair {digest}".encode()).hexdigest()


def repair(
    layout: Layout, lock: Lock, platform: str, channels: ChannelConfig, limits: Limits
) -> Restored:
    """Put the prefix of *lock* right while kernels run on it; what was done, by path.

    It may be interrupted anywhere and be done again. Raises :class:`Conflict` while somebody
    builds or repairs it, and what makes a build fail.
    """
    digest = platform_digest(lock, platform)
    with _held(layout, digest):
        prefix = layout.prefix(digest)
        here = prefix.is_dir() and not prefix.is_symlink()
        beside = name_beside(digest) if here else None
        job = Job(
            build_id=f"repair-{secrets.token_hex(8)}",
            root=layout.root,
            lock=lock,
            platform=platform,
            digest=digest,
            beside=beside,
            worker="repair",
            limits=limits,
            mirrors=channels.mirrors,
            offline=channels.offline,
            auth_file=auth_file() if auth_file().exists() else None,
        )
        try:
            _make(job)
            fault_point("repair.made")
            if beside is None:
                return Restored(restored=["."])
            # Clean-up sees by the second one that somebody needs the files beside.
            with _shared(layout, digest), _shared(layout, beside):
                return restore(prefix, layout.prefix(beside), layout.trash, layout.bytecode)
        finally:
            layout.log(job.build_id).unlink(missing_ok=True)
            if beside is not None:
                move_to_trash(layout.prefix(beside), layout.trash)


def _make(job: Job) -> None:
    """Run the worker to its end. It ends with this process, however that ends."""
    worker = WorkerProcess()
    try:
        worker.begin(job)
        results = [event for event in worker.events() if isinstance(event, ResultEvent)]
    finally:
        worker.kill()
        code = worker.wait()
    if results and results[-1].ok:
        return
    problem = results[-1].problem if results else None
    if problem is None:
        raise BuildFailed(
            f"the worker that makes the files anew ended without a word (code {code})",
            "It may have run out of memory or been killed. Try again.",
        )
    raise BuildFailed(
        f"The files could not be made anew: {problem.detail}", problem.hint, raw=problem.raw
    )


@contextmanager
def _held(layout: Layout, digest: str) -> Iterator[None]:
    """One repair at a time."""
    lock = try_lock(layout.repair_lock(digest))
    if lock is None:
        raise Conflict("these files are being repaired already", "Wait until that has ended.")
    with lock:
        yield


@contextmanager
def _shared(layout: Layout, digest: str) -> Iterator[None]:
    """As a kernel does: nobody removes or builds the prefix meanwhile."""
    lock = try_lock(layout.lock(digest), shared=True)
    if lock is None:
        raise Conflict("these files are being built or removed", "Wait until that has ended.")
    with lock:
        yield
