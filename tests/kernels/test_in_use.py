"""The lock of a prefix: taken by the launcher, kept by the kernel, respected by all others."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from jupyterlab_terrarium.kernels.in_use import in_use, is_in_use
from jupyterlab_terrarium.store.flock import try_lock
from jupyterlab_terrarium.store.paths import Layout

from .small import PRINT, SmallPrefix, launch, launch_command, small_prefix

LONG = 'echo $$ > "$PID_FILE.new"; mv "$PID_FILE.new" "$PID_FILE"; exec sleep 60'
# Some kernels start through a script that uses low descriptors for itself.
WRAPPER = 'for n in 3 4 5 6 7 8 9; do eval "exec $n>/dev/null"; done; "$1" -c "$2"; :'
LOCKED = """
import fcntl, os
descriptor = os.open(os.environ["LOCK"], os.O_RDWR)
try:
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    print("lost")
except BlockingIOError:
    print("held")
"""


def test_nothing_is_in_use_in_a_new_store(tmp_path: Path) -> None:
    assert in_use(Layout(tmp_path)) == set()


def test_it_waits_for_a_builder(small: SmallPrefix) -> None:
    lock = try_lock(small.layout.lock(small.digest))
    assert lock is not None
    with lock, subprocess.Popen(launch_command(small.layout.root, "sh"), stdout=-1) as process:
        time.sleep(0.3)
        assert process.poll() is None
        lock.release()
        assert process.wait(10) == 0


def test_the_lock_lives_exactly_as_long_as_the_kernel(small: SmallPrefix, tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    small.kernel("long", ["sh", "-c", LONG])
    command = launch_command(small.layout.root, "long")
    server = "import subprocess, sys, time; subprocess.Popen(sys.argv[1:]); time.sleep(60)"
    environment = {**os.environ, "PID_FILE": str(pid_file)}
    parent = subprocess.Popen([sys.executable, "-c", server, *command], env=environment)
    end = time.monotonic() + 20
    while not pid_file.exists() and time.monotonic() < end:
        time.sleep(0.02)
    kernel = int(pid_file.read_text())
    try:
        assert in_use(small.layout) == {small.path.name}
        assert is_in_use(small.layout, small.digest)
        parent.kill()
        parent.wait()
        assert in_use(small.layout) == {small.path.name}
        assert try_lock(small.layout.lock(small.digest)) is None
        another = try_lock(small.layout.lock(small.digest), shared=True)
        assert another is not None
        another.release()
    finally:
        os.kill(kernel, signal.SIGKILL)
    while in_use(small.layout) and time.monotonic() < end:
        time.sleep(0.01)
    assert in_use(small.layout) == set()


def test_a_wrapper_script_cannot_lose_the_lock(small: SmallPrefix) -> None:
    small.kernel("wrapped", ["bash", "-c", WRAPPER, "bash", sys.executable, LOCKED])
    path = str(small.layout.lock(small.digest))
    assert launch(small.layout.root, "wrapped", env={"LOCK": path}).stdout.strip() == "held"


def test_a_version_removed_while_it_starts_is_replaced_by_the_new_one(
    small: SmallPrefix,
) -> None:
    newer = small_prefix(small.layout.root, "newer")
    newer.kernel("sh", PRINT)
    lock = os.open(small.layout.lock(small.digest), os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    with subprocess.Popen(
        launch_command(small.layout.root, "sh"), stdout=subprocess.PIPE, text=True
    ) as process:
        time.sleep(0.3)
        newer.point()
        small.path.rename(small.layout.trash / "old")
        os.close(lock)
        output, _ = process.communicate(timeout=10)
    assert output.splitlines()[1] == str(newer.path / "share/jupyter/kernels/sh")
