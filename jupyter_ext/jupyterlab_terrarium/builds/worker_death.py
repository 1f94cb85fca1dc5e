"""Why a worker ended without a word: its exit code, and what the kernel counted meanwhile."""

from __future__ import annotations

import signal
from pathlib import Path

from ..models.build_problem import BuildFailed, OutOfMemory, WorkerKilled
from ..models.problem import TerrariumError

_CGROUPS = Path("/sys/fs/cgroup")


def oom_kills(groups: Path = _CGROUPS, own: Path = Path("/proc/self/cgroup")) -> int:
    """How many processes of our control group the kernel has ended for want of memory.

    Reads cgroup v2 (``memory.events``) and v1 (``memory.oom_control``); 0 where neither is there.
    """
    try:
        lines = own.read_text("utf-8").splitlines()
    except OSError:
        return 0
    for line in lines:
        number, controllers, path = line.split(":", 2)
        if number == "0" and not controllers:
            candidates = [groups / path.lstrip("/") / "memory.events", groups / "memory.events"]
        elif "memory" in controllers.split(","):
            base = groups / "memory"
            candidates = [base / path.lstrip("/") / "memory.oom_control"]
            candidates.append(base / "memory.oom_control")
        else:
            continue
        for file in candidates:
            count = _count(file)
            if count is not None:
                return count
    return 0


def _count(file: Path) -> int | None:
    try:
        words = dict(line.split(None, 1) for line in file.read_text("utf-8").splitlines())
        return int(words["oom_kill"])
    except (OSError, KeyError, ValueError):
        return None


def explain_death(code: int, *, out_of_memory: bool) -> TerrariumError:
    """The error for a worker that ended with *code* (negative: the signal).

    *out_of_memory*: the kernel has counted a process of ours meanwhile; see :func:`oom_kills`.
    """
    if code == -signal.SIGKILL and out_of_memory:
        return OutOfMemory(
            "The machine ran out of memory and the kernel ended the build.",
            "Close other programs or notebooks, or ask for fewer packages; then retry.",
        )
    if code < 0:
        name = _signal_name(-code)
        if -code in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            return WorkerKilled(
                f"The build was ended from outside ({name}).",
                "Retry. If nobody has ended it, the machine may be short of memory: ask its "
                "administrator.",
            )
        return BuildFailed(
            f"The build's process crashed ({name}).",
            "Retry; if it happens again, report it with the build's log.",
        )
    return BuildFailed(
        f"The build's process ended without a word (code {code}).",
        "Retry; if it happens again, report it with the build's log.",
    )


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
