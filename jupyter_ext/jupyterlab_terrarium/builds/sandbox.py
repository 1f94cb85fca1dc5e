"""The only place that executes anything from a prefix or a package.

Empty environment, no credentials, a temporary home and working directory, only the named
directories writable, no network unless asked for. ``bwrap`` does it where it is installed and may
run; else the kernel's namespaces and Landlock as far as they are permitted (``sandbox_child``);
else the user's own rights with resource limits. A program stays in the process group of the
worker, so that killing the group ends it as well.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

from ..conda.runner import Completed
from .processes import kill_descendants, kill_strays

__all__ = ["Completed", "Sandbox", "probe", "run_sandboxed"]

Mode = Literal["auto", "bwrap", "namespaces", "plain"]
TAIL = 16_000
_CHILD = Path(__file__).with_name("sandbox_child.py")
_SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store", "/proc", "/sys", "/dev"),
    *("/System", "/Library"),
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives"),
    *("/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/localtime", "/etc/os-release"),
    *("/etc/hosts", "/etc/resolv.conf", "/etc/ssl", "/etc/pki", "/etc/ca-certificates"),
    *("/etc/fonts", "/etc/mime.types", "/etc/magic"),
)
_running = 0
_count = threading.Lock()


class Sandbox:
    """Runs programs for one prefix; fits :class:`jupyterlab_terrarium.conda.runner.Runner`."""

    def __init__(
        self,
        prefix: Path,
        scratch: Path,
        mode: Mode = "auto",
        max_file_bytes: int = 0,
        memory_bytes: int = 0,
    ) -> None:
        self.prefix = prefix
        self.scratch = scratch
        self.mode = mode
        self.max_file_bytes = max_file_bytes
        self.memory_bytes = memory_bytes

    def __call__(
        self,
        argv: Sequence[str],
        *,
        writable: Sequence[Path] = (),
        read: Sequence[Path] = (),
        network: bool = False,
        timeout: float = 600.0,
        env_extra: Mapping[str, str] | None = None,
        on_line: Callable[[str], None] | None = None,
    ) -> Completed:
        """See :func:`run_sandboxed`."""
        return run_sandboxed(
            argv,
            prefix=self.prefix,
            writable=writable,
            read=read,
            network=network,
            timeout=timeout,
            env_extra=env_extra,
            on_line=on_line,
            scratch=self.scratch,
            mode=self.mode,
            max_file_bytes=self.max_file_bytes,
            memory_bytes=self.memory_bytes,
        )


def run_sandboxed(
    argv: Sequence[str],
    *,
    prefix: Path,
    writable: Sequence[Path] = (),
    read: Sequence[Path] = (),
    network: bool = False,
    timeout: float = 600.0,
    env_extra: Mapping[str, str] | None = None,
    on_line: Callable[[str], None] | None = None,
    scratch: Path | None = None,
    mode: Mode = "auto",
    max_file_bytes: int = 0,
    memory_bytes: int = 0,
    stopped: threading.Event | None = None,
) -> Completed:
    """Run *argv* and wait for its end, at most *timeout* seconds; what it leaves running is killed.

    *prefix* and *read* can be read, *writable* written as well; limits are in bytes, 0 for none.
    *on_line* gets every line of output (standard output and error). Does not raise when the
    program fails: see ``returncode``. Setting *stopped* ends it early, as if its time was up.
    """
    home = Path(tempfile.mkdtemp(prefix="sandbox-", dir=scratch))
    env = {
        "PATH": os.pathsep.join((str(prefix / "bin"), "/usr/local/bin", "/usr/bin", "/bin")),
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "PYTHONNOUSERSITE": "1",
        **(env_extra or {}),
    }
    readable = [*_SYSTEM, str(prefix), *map(str, read)]
    changeable = [str(home), *map(str, writable)]
    chosen = _choose(mode)
    command = list(argv)
    if chosen == "bwrap":
        command = [*_bwrap(readable, changeable, network), "--chdir", str(home), "--", *command]
    spec = {
        "argv": command,
        "env": env,
        "mode": chosen,
        "network": network,
        "read": readable,
        "writable": changeable,
        "max_file_bytes": max_file_bytes,
        "memory_bytes": memory_bytes,
    }
    with _count:
        global _running
        _running += 1
    try:
        return _run(
            [sys.executable, "-I", "-S", str(_CHILD), json.dumps(spec)],
            home,
            timeout,
            on_line,
            stopped or threading.Event(),
        )
    finally:
        with _count:
            _running -= 1
            if _running == 0:
                kill_strays()
        shutil.rmtree(home, ignore_errors=True)


@lru_cache(maxsize=1)
def probe() -> tuple[str, ...]:
    """What this system lets us enforce: of `bwrap, limits, namespaces, no-network, files`."""
    command = [sys.executable, "-I", "-S", str(_CHILD), "--probe"]
    done = subprocess.run(command, capture_output=True, env={}, check=False, timeout=30)
    found = ["bwrap"] if _bwrap_works() else []
    with contextlib.suppress(ValueError):
        found += json.loads(done.stdout)
    return tuple(found)


def _choose(mode: Mode) -> str:
    if mode == "auto":
        return "bwrap" if _bwrap_works() else "namespaces"
    return mode


@lru_cache(maxsize=1)
def _bwrap_works() -> bool:
    program = shutil.which("bwrap")
    if program is None:
        return False
    test = [program, "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "true"]
    try:
        done = subprocess.run(test, capture_output=True, env={}, check=False, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _bwrap(readable: Sequence[str], changeable: Sequence[str], network: bool) -> list[str]:
    command = [shutil.which("bwrap") or "bwrap", "--unshare-all", "--die-with-parent"]
    if network:
        command.append("--share-net")
    command += ["--tmpfs", "/tmp"]
    for path in readable:
        if path not in ("/proc", "/dev", "/sys"):
            command += ["--ro-bind-try", path, path]
    command += ["--proc", "/proc", "--dev", "/dev"]
    for path in changeable:
        command += ["--bind", path, path]
    return command


def _run(
    command: Sequence[str],
    home: Path,
    timeout: float,
    on_line: Callable[[str], None] | None,
    stopped: threading.Event,
) -> Completed:
    start = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=home,
        env={},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None
    lines = _Lines(on_line)
    os.set_blocking(process.stdout.fileno(), False)
    timed_out = False
    try:
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while process.poll() is None:
                left = start + timeout - time.monotonic()
                if left <= 0 or stopped.is_set():
                    timed_out = True
                    break
                # What the program started may keep the pipe open: its own end is what counts.
                if selector.select(min(left, 0.05)) and not lines.feed(process.stdout.fileno()):
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        process.wait(min(left, 0.05))
    finally:
        if process.poll() is None:
            kill_descendants(process.pid)
            process.kill()
            process.wait()
    lines.feed(process.stdout.fileno())
    process.stdout.close()
    lines.end()
    seconds = time.monotonic() - start
    return Completed(process.returncode, lines.tail.decode("utf-8", "replace"), timed_out, seconds)


class _Lines:
    """Cuts a stream of bytes into lines and keeps its tail."""

    def __init__(self, on_line: Callable[[str], None] | None) -> None:
        self.tail = b""
        self._rest = b""
        self._on_line = on_line

    def feed(self, descriptor: int) -> bool:
        """Read what is there; ``False`` at the end of the stream."""
        while True:
            try:
                data = os.read(descriptor, 65536)
            except BlockingIOError:
                return True
            if not data:
                return False
            self.tail = (self.tail + data)[-TAIL:]
            *complete, self._rest = (self._rest + data).split(b"\n")
            for line in complete:
                self._say(line)
            if len(self._rest) > TAIL:
                self._say(self._rest)
                self._rest = b""

    def end(self) -> None:
        """The stream has ended: what is left is a line."""
        if self._rest:
            self._say(self._rest)

    def _say(self, line: bytes) -> None:
        if self._on_line is not None:
            self._on_line(line.decode("utf-8", "replace").rstrip("\r"))
