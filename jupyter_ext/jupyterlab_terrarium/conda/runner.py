"""What the finishing steps of a build are given, and how they have something executed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..models.lock import PlatformLock


@dataclass(frozen=True)
class Completed:
    """The end of a sandboxed process. ``output`` is the tail of what it printed, decoded."""

    returncode: int
    output: str
    timed_out: bool = False
    seconds: float = 0.0


class Runner(Protocol):
    """Runs one program for a prefix, with no rights beyond what is named."""

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
        """Run *argv* to its end or for *timeout* seconds."""
        ...


@dataclass(frozen=True)
class PythonInfo:
    """The Python of a prefix, told from the lock alone: nothing is executed to find it out.

    ``site_packages`` and ``stdlib`` are relative to the prefix, with slashes. ``tag`` names the
    byte code that exactly this interpreter package makes.
    """

    version: str
    executable: str
    site_packages: str
    stdlib: str
    cache_tag: str
    tag: str


@dataclass(frozen=True)
class Workplace:
    """A prefix that is being made: *own* is the worker's directory on the same file system."""

    prefix: Path
    own: Path
    trash: Path
    part: PlatformLock
    run: Runner
    log: Callable[[str], None]
    warn: Callable[[str], None]

    @property
    def python(self) -> PythonInfo | None:
        """Its Python, or ``None`` when there is none (an R environment, say)."""
        return find_python(self.part)


def find_python(part: PlatformLock) -> PythonInfo | None:
    """The Python that *part* installs (conda's `python` package), or ``None``."""
    package = next((package for package in part.conda if package.name == "python"), None)
    if package is None:
        return None
    version = ".".join(package.version.split(".")[:2])
    windows = part.platform.startswith("win-")
    pypy = "pypy" in package.build
    implementation = "pypy" if pypy else "python"
    default = "Lib/site-packages" if windows else f"lib/{implementation}{version}/site-packages"
    site_packages = package.python_site_packages_path or default
    cache_tag = ("pypy" if pypy else "cpython-") + version.replace(".", "")
    return PythonInfo(
        version=version,
        executable="python.exe" if windows else "bin/python",
        site_packages=site_packages,
        stdlib=site_packages.rsplit("/", 1)[0],
        cache_tag=cache_tag,
        # Byte code from one interpreter package never reaches prefixes with another one: a
        # prefix with a bad interpreter cannot spoil others.
        tag=f"{cache_tag}-{package.sha256[:16]}",
    )
