"""Fault points: named places where tests let things go wrong. Nothing happens at them otherwise.

A process has them only when the variable ``TERRARIUM_FAULT_POINTS`` names a directory as it starts
(workers inherit it, sandboxed programs have an empty environment), or a test calls
:func:`activate`. No setting and no file of a store can do it. A file in that directory with the
name of a point arms it: its text is the action, and how many times to pass first. Whoever fires
renames that file, so that one process does, once. The names of the points that were reached are
kept in ``reached/``; the process id of the server in ``server``.
"""

from __future__ import annotations

import errno
import os
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Literal, get_args

VARIABLE = "TERRARIUM_FAULT_POINTS"
Action = Literal["kill-worker", "kill-server", "kill-both", "no-space", "io-error", "pause"]
ACTIONS: tuple[Action, ...] = get_args(Action)

#: Points that the server, or a program on its store, passes: name and what has just been done.
SERVER_POINTS = {
    "acceptance.rows": "a new environment is written, not committed",
    "acceptance.committed": "it is committed, nobody was told",
    "queue.claimed": "a build is claimed, its thread has not begun",
    "solve.begun": "the build is in the state solving",
    "lock.stored": "the lock is written, not committed",
    "lock.committed": "it is committed",
    "worker.asked": "the worker has its job",
    "publication.begun": "the worker has ended well, nothing is recorded",
    "publication.recorded": "the prefix is recorded, not committed",
    "publication.linked": "the links lead to it, not committed",
    "publication.registered": "its kernelspecs are written, not committed",
    "publication.committed": "the version is ready",
    "link.aside": "a link lies beside its place",
    "kernelspec.aside": "a new kernelspec lies beside its place",
    "kernelspec.replacing": "one file of a kernelspec is replaced",
    "kernelspec.removed": "a kernelspec was moved aside",
    "relocation.linked": "both links are there, not committed",
    "relocation.registered": "kernelspecs have the new name, not committed",
    "deletion.withdrawn": "links are gone, not committed",
    "restoration.usable": "links and kernels are back, not committed",
    "purge.rows": "an expired environment's rows are removed, not committed",
    "cleanup.forgotten": "rows have forgotten a prefix whose files are there",
    "cleanup.discarded": "a prefix is in the trash, not committed",
    "cleanup.removed": "one of the things that go is gone",
    "scratch.made": "a scratch layer lies beside its place",
    "scratch.placed": "it is in its place, not committed",
    "scratch.registered": "its kernelspec is written, not committed",
    "scratch.forgotten": "its row is removed, not committed",
    "artifact.asked": "a form is in the queue, not committed",
    "artifact.claimed": "it is claimed, its thread has not begun",
    "artifact.ended": "its worker has ended well, nothing is recorded",
    "artifact.recorded": "it is recorded as ready, not committed",
    "artifact.forgotten": "rows have forgotten a form whose file is there",
    "artifact.discarded": "its file is in the trash, not committed",
    "trash.emptying": "one of the things in the trash is deleted",
    "repair.made": "the fresh prefix is there",
    "repair.restored": "one file is put back",
    "repair.records": "all files are put back, the records are not",
}
#: Points that a worker passes.
WORKER_POINTS = {
    "worker.locked": "it holds the lock of the digest",
    "fetch.downloaded": "a package file is there, not unpacked",
    "fetch.kept": "a kept package file lies beside its place",
    "fetch.sealed": "a package is unpacked and sealed, not promoted",
    "fetch.promoted": "it is in the shared cache",
    "wheel.fetched": "a wheel is there and verified, not in its place",
    "wheel.stored": "it is in its place",
    "wheel.installed": "all wheels are installed in the prefix",
    "bytecode.compiled": "byte code of one package is compiled, not in its place",
    "bytecode.stored": "it is in its place",
    "link.linked": "all packages are linked",
    "finish.compiled": "byte code is linked",
    "manifest.installed": "installed.json is written, the manifest is not",
    "manifest.written": "the prefix is complete, nobody was told",
    "artifact.made": "the file of a form is written, and no blob yet",
    "artifact.kept": "it is a blob, nobody was told",
}
POINTS = {**SERVER_POINTS, **WORKER_POINTS}

_directory: Path | None = Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None
_passed: Counter[str] = Counter()


def fault_point(name: str) -> None:
    """Pass the point *name*, one of :data:`POINTS`. Raises ``OSError`` when a test wants that."""
    if _directory is not None:
        _reach(_directory, name)


def activate(directory: Path) -> None:
    """Take faults from *directory*, here and in the workers started from here."""
    global _directory
    (directory / "reached").mkdir(parents=True, exist_ok=True)
    os.environ[VARIABLE] = str(directory)
    _directory = directory


def _reach(directory: Path, name: str) -> None:
    if name not in POINTS:
        raise LookupError(f"{name} is no fault point")
    (directory / "reached" / name).touch()
    plan = directory / name
    try:
        action, skip = plan.read_text().split()
        if _passed[name] < int(skip):
            _passed[name] += 1
            return
        plan.rename(directory / f"{name}.fired")
    except FileNotFoundError:
        # Not armed, or another process has just fired.
        return
    _act(directory, name, action)


def _act(directory: Path, name: str, action: str) -> None:
    if action == "no-space":
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), name)
    if action == "io-error":
        raise OSError(errno.EIO, os.strerror(errno.EIO), name)
    if action == "pause":
        while (directory / f"{name}.fired").exists():
            time.sleep(0.01)
        return
    server = int((directory / "server").read_text())
    victims = []
    if action in ("kill-worker", "kill-both"):
        victims += _workers(server) if os.getpid() == server else [os.getpid()]
    if action in ("kill-server", "kill-both"):
        # First, so that nobody can react to a worker's end; this process itself comes last.
        victims.insert(0, server)
    for process in sorted(victims, key=lambda one: one == os.getpid()):
        os.kill(process, signal.SIGKILL)


def _workers(server: int) -> list[int]:
    """Process ids of the workers that *server* has started."""
    found = []
    for children in Path(f"/proc/{server}/task").glob("*/children"):
        for child in children.read_text().split():
            if b"builds.worker" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(int(child))
    return found
