"""The inner half of the sandbox: gives rights up, then becomes the program. Standard library only.

Run as ``python -I -S sandbox_child.py JSON`` by ``builds/sandbox.py``, never imported by a server.
It uses what an unprivileged process may use on Linux: user, process, IPC and network namespaces
(user_namespaces(7)) and Landlock (landlock(7)) for the file system; and resource limits
everywhere. What the kernel refuses is left out; ``--probe`` prints what is enforced.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import stat
import sys
from typing import Any, NoReturn

CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = (
    0x08000000,
    0x10000000,
    0x20000000,
    0x40000000,
)
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
# Numbers are the same on every architecture: they were added after the tables were unified.
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
O_PATH = getattr(os, "O_PATH", 0)
# Rights by the Landlock version that brought them: write-like bits beyond version 1.
BASE_RIGHTS, READ_RIGHTS, FILE_RIGHTS = (1 << 13) - 1, 0b1101, 0b111
EXTRA_RIGHTS = {2: 1 << 13, 3: 1 << 14}


class _Ruleset(ctypes.Structure):
    _fields_ = [("handled_access_fs", ctypes.c_uint64)]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = [
        ("allowed_access", ctypes.c_uint64),
        ("parent_fd", ctypes.c_int32),
    ]


def enter_namespaces(network: bool) -> bool:
    """Leave the outer namespaces; the caller must fork to be in the process namespace."""
    user, group = os.getuid(), os.getgid()
    flags = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWIPC | (0 if network else CLONE_NEWNET)
    if ctypes.CDLL(None, use_errno=True).unshare(flags) != 0:
        return False
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with contextlib.suppress(OSError):
            descriptor = os.open(f"/proc/self/{name}", os.O_WRONLY)
            try:
                os.write(descriptor, text.encode())
            finally:
                os.close(descriptor)
    return True


def restrict_files(read: list[str], writable: list[str]) -> bool:
    """Let this process see only *read* and *writable*, and change only *writable*."""
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False
    rights = BASE_RIGHTS | sum(bit for since, bit in EXTRA_RIGHTS.items() if version >= since)
    wanted = _Ruleset(rights)
    size = ctypes.c_size_t(ctypes.sizeof(wanted))
    ruleset = libc.syscall(LANDLOCK_CREATE_RULESET, ctypes.byref(wanted), size, 0)
    if ruleset < 0:
        return False
    for paths, allowed in ((read, READ_RIGHTS), ([*writable, "/dev"], rights)):
        for path in paths:
            try:
                descriptor = os.open(path, O_PATH | os.O_CLOEXEC)
            except OSError:
                continue
            is_directory = stat.S_ISDIR(os.fstat(descriptor).st_mode)
            mask = rights if is_directory else FILE_RIGHTS | EXTRA_RIGHTS[3] & rights
            rule = _PathBeneath(allowed & mask, descriptor)
            libc.syscall(LANDLOCK_ADD_RULE, ruleset, 1, ctypes.byref(rule), 0)
            os.close(descriptor)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return bool(libc.syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0) == 0)


def die_with_parent() -> None:
    """Be killed when the process that started this one ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def limit(spec: dict[str, Any]) -> None:
    """Set resource limits: core files, file size, data segment (bytes; 0 means none)."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for kind, value in (
        (resource.RLIMIT_FSIZE, spec.get("max_file_bytes", 0)),
        (resource.RLIMIT_DATA, spec.get("memory_bytes", 0)),
    ):
        if value:
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(kind, (value, value))


def wait_for(child: int) -> NoReturn:
    """Reap until *child* has ended, then end as it did."""
    while True:
        try:
            pid, status = os.wait()
        except ChildProcessError:
            os._exit(125)
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else 128 - code)


def run(spec: dict[str, Any]) -> NoReturn:
    """Give rights up as far as the system can, then run ``spec["argv"]``."""
    limit(spec)
    if spec["mode"] == "namespaces" and sys.platform == "linux":
        die_with_parent()
        if enter_namespaces(spec["network"]):
            first = os.fork()
            if first:
                wait_for(first)
            # Process 1 of the namespace: when it ends, the kernel ends all others in it.
            die_with_parent()
            second = os.fork()
            if second:
                wait_for(second)
        restrict_files(spec["read"], spec["writable"])
    try:
        os.execvpe(spec["argv"][0], spec["argv"], spec["env"])
    except OSError as error:
        os.write(2, f"{spec['argv'][0]}: {error.strerror}\n".encode())
        os._exit(127)


def probe() -> None:
    """Print what this system lets an unprivileged process enforce, as a JSON list."""
    found = ["limits"]
    if sys.platform == "linux":
        if enter_namespaces(network=False):
            found += ["namespaces", "no-network"]
        if restrict_files(["/"], []):
            found.append("files")
    os.write(1, json.dumps(found).encode())


if __name__ == "__main__":
    if sys.argv[1] == "--probe":
        probe()
    else:
        run(json.loads(sys.argv[1]))
