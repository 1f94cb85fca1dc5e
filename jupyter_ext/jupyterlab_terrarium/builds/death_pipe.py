"""A worker ends with its supervisor: end-of-file on a pipe makes it kill its process group.

The supervisor keeps the write end open and passes the read end's number in the environment
variable ``TERRARIUM_DEATH_PIPE``. However the supervisor ends, the kernel closes its end.
``PR_SET_PDEATHSIG`` is not used on the worker itself: it fires when the *thread* that started
the worker ends, which a thread of a pool may do in the middle of a build.
"""

from __future__ import annotations

import os
import signal
import threading

VARIABLE = "TERRARIUM_DEATH_PIPE"


def watch() -> bool:
    """Start watching the pipe named in the environment; ``False`` when there is none.

    The variable is removed, and the descriptor is closed in programs that the worker starts.
    """
    number = os.environ.pop(VARIABLE, "")
    if not number.isdecimal():
        return False
    descriptor = int(number)
    try:
        os.set_inheritable(descriptor, False)
    except OSError:
        return False
    threading.Thread(target=_wait, args=(descriptor,), name="death-pipe", daemon=True).start()
    return True


def _wait(descriptor: int) -> None:
    while True:
        try:
            if os.read(descriptor, 64):
                continue
        except OSError:
            pass
        end_everything()


def end_everything(code: int = 1) -> None:
    """Kill this process and all that it started, at once. Does not return."""
    from .processes import kill_descendants

    kill_descendants()
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(code)
