"""Look at a Python interpreter: where its files are, what it is, what its markers say."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from .errors import ChannelError

# Runs inside the interpreter in question, so it uses nothing but the standard library.
_PROBE = r"""
import json, os, platform, sys, sysconfig
get = sysconfig.get_config_var
version = sys.version_info
full = "%d.%d.%d" % version[:3]
if version.releaselevel != "final":
    full += {"alpha": "a", "beta": "b", "candidate": "rc"}[version.releaselevel]
    full += str(version.serial)
try:
    libc = os.confstr("CS_GNU_LIBC_VERSION") or ""
except (AttributeError, ValueError, OSError):
    libc = ""
print(json.dumps({
    "prefix": sys.base_prefix,
    "stdlib": os.path.dirname(os.__file__),
    "platstdlib": sysconfig.get_path("platstdlib"),
    "include": sysconfig.get_path("include"),
    "multiarch": get("MULTIARCH") or "",
    "built_prefix": get("prefix") or "",
    "built": platform.python_build()[1],
    "free_threaded": bool(get("Py_GIL_DISABLED")),
    "libc": libc,
    "environment": {
        "implementation_name": sys.implementation.name,
        "implementation_version": full,
        "os_name": os.name,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "python_full_version": full,
        "python_version": ".".join(full.split(".")[:2]),
        "sys_platform": sys.platform,
    },
}))
"""


@dataclass(frozen=True)
class Interpreter:
    """A CPython on this host.

    Attributes
    ----------
    executable:
        The real interpreter (never a virtual environment's link).
    prefix:
        ``sys.base_prefix``.
    stdlib:
        Directory of the standard library, inside the prefix.
    include:
        Directory of the C headers; may be absent.
    multiarch:
        Debian's name for the platform (``x86_64-linux-gnu``), or empty.
    built_prefix:
        The prefix that the build configuration names; differs where the interpreter was moved.
    version:
        ``3.11.7``.
    environment:
        PEP 508 marker variables.
    libc:
        ``(2, 36)`` for glibc 2.36; None elsewhere.
    built_ms:
        When this version was released or compiled, in milliseconds since 1970.
    """

    executable: Path
    prefix: Path
    stdlib: Path
    include: Path
    multiarch: str
    built_prefix: str
    version: str
    environment: Mapping[str, str]
    libc: tuple[int, int] | None
    built_ms: int

    @property
    def short(self) -> str:
        """``3.11``"""
        return self.environment["python_version"]

    @property
    def tag(self) -> str:
        """``cp311``"""
        return "cp" + self.short.replace(".", "")

    @property
    def site_packages(self) -> str:
        """``lib/python3.11/site-packages``"""
        return f"lib/python{self.short}/site-packages"

    @property
    def is_system(self) -> bool:
        """True when the prefix also holds files that have nothing to do with Python."""
        return str(self.prefix) in {"/", "/usr", "/usr/local"}

    def fingerprint(self) -> list[str | int]:
        """What changes when the interpreter is replaced or rebuilt in place."""
        marks: list[str | int] = [str(self.prefix), self.version]
        candidates = [
            self.executable,
            self.stdlib,
            self.stdlib / "lib-dynload",
            self.stdlib / "os.py",
            *sorted(self.prefix.glob("lib/libpython*")),
        ]
        for path in candidates:
            if path.exists():
                status = path.stat()
                marks += [path.name, status.st_mtime_ns, status.st_size]
        return marks


def base_interpreter() -> Path:
    """The running interpreter, outside of any virtual environment."""
    return Path(getattr(sys, "_base_executable", None) or sys.executable)


def inspect_interpreter(python: Path) -> Interpreter:
    """Ask *python* what it is.

    Raises
    ------
    ChannelError
        When it is no CPython of 3.10 or later, or cannot be run.
    """
    hint = "Name the executable of a CPython, such as /usr/bin/python3."
    try:
        # -I: neither the user's own site-packages nor PYTHON* variables colour the answer.
        done = subprocess.run(
            [str(python), "-I", "-c", _PROBE],
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )
        facts = json.loads(done.stdout)
    except FileNotFoundError:
        raise ChannelError(f"There is no interpreter at {python}.", hint) from None
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise ChannelError(f"{python} does not answer like a Python 3.", hint) from error
    environment = {key: str(value) for key, value in facts["environment"].items()}
    if environment["implementation_name"] != "cpython":
        kind = environment["platform_python_implementation"]
        raise ChannelError(f"{python} is {kind}; only CPython can be packaged.", hint)
    if facts["free_threaded"]:
        raise ChannelError(f"{python} is a free-threaded build, which is not supported.", hint)
    short = environment["python_version"]
    if tuple(int(part) for part in short.split(".")) < (3, 10):
        raise ChannelError(f"{python} is Python {short}; 3.10 is the oldest supported.", hint)
    prefix, stdlib = Path(facts["prefix"]), Path(facts["stdlib"])
    libc = re.fullmatch(r"glibc (\d+)\.(\d+).*", facts["libc"])
    return Interpreter(
        executable=_executable(prefix, python, short),
        prefix=prefix,
        stdlib=stdlib,
        include=Path(facts["include"]),
        multiarch=facts["multiarch"],
        built_prefix=facts["built_prefix"],
        version=environment["python_full_version"],
        environment=environment,
        libc=(int(libc[1]), int(libc[2])) if libc else None,
        built_ms=_released(stdlib, facts["built"]),
    )


def _executable(prefix: Path, python: Path, short: str) -> Path:
    real = prefix / "bin" / f"python{short}"
    return real.resolve() if real.exists() else python.resolve()


def _released(stdlib: Path, built: str) -> int:
    """Release date of this Python, from a file that is generated at each release.

    The date of compilation is the second choice: it says less about what an as-of date shall find.
    """
    text = built
    with (stdlib / "pydoc_data" / "topics.py").open(encoding="utf-8", errors="replace") as stream:
        head = stream.read(300)
    match = re.search(r"Sphinx on (?:\w+ )?(\w{3} +\d+ [\d:]+ \d{4})", head)
    if match:
        text = match[1]
    for pattern in ("%b %d %H:%M:%S %Y", "%b %d %Y, %H:%M:%S", "%b %d %Y %H:%M:%S"):
        try:
            moment = datetime.strptime(" ".join(text.split()), pattern)
        except ValueError:
            continue
        return int(moment.replace(tzinfo=timezone.utc).timestamp()) * 1000
    return 1577836800000
