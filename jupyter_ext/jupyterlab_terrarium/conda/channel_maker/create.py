"""Make a channel: resolve, download, convert, put in place, index."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .archive import package_stem, write_package
from .cache import (
    CONVERTER_VERSION,
    cache_root,
    digest,
    file_sha256,
    locked,
    make_directory,
    place,
    scratch,
)
from .convert import Metadata, convert, read_metadata
from .elf import find_tool
from .errors import ChannelError
from .interpreter import Interpreter, base_interpreter, inspect_interpreter
from .python_package import (
    python_abi_index,
    python_about,
    python_entries,
    python_index,
)
from .resolve import Wheel, download, read_requirements, requested_extras, resolve

_STATE = ".terrarium-channel.json"


@dataclass(frozen=True)
class PackageFile:
    """One package of the channel: file name, subdir, size in bytes, SHA-256 (hex)."""

    file_name: str
    subdir: str
    size: int
    sha256: str


@dataclass
class ChannelReport:
    """What a call of :func:`create_channel` did.

    Attributes
    ----------
    directory:
        The channel.
    packages:
        Every package file of this call's requirement set, sorted by subdir and name.
    seconds:
        Wall-clock time.
    warnings:
        Sentences for the user.
    unchanged:
        True when everything was there already and nothing was written.
    """

    directory: Path
    packages: list[PackageFile] = field(default_factory=list)
    seconds: float = 0.0
    warnings: list[str] = field(default_factory=list)
    unchanged: bool = False


def create_channel(
    directory: Path,
    *,
    python: Path | None = None,
    requirements: Sequence[str] | None = None,
    requirements_file: Path | None = None,
    extras: bool = False,
    progress: Callable[[str], None] | None = None,
) -> ChannelReport:
    """Make a conda channel of real packages in *directory*, or bring it up to date.

    Parameters
    ----------
    directory:
        Becomes the channel: one directory for the host's platform, ``noarch``, and their
        repodata. Packages of earlier calls stay, as in any channel.
    python:
        The interpreter to package; with None no ``python`` package is made, and the wheels are
        those for the running interpreter.
    requirements, requirements_file:
        PyPI requirements (PEP 508), as a list, as a file in pip's format, or both.
    extras:
        Also make the small packages that tests and the demo use.
    progress:
        Called with one sentence a step.

    Raises
    ------
    ChannelError
        With a sentence for the user. Nothing half-made is left behind.
    """
    started = time.monotonic()
    report = ChannelReport(directory=directory.absolute())
    say = progress or (lambda _line: None)
    lines = read_requirements(requirements, requirements_file)
    interpreter = inspect_interpreter(python or base_interpreter())
    maker = _Maker(report, interpreter, python is not None, lines, extras, say)
    with locked(make_directory(report.directory) / ".lock"):
        maker.make()
    report.seconds = time.monotonic() - started
    return report


class _Maker:
    """One call of :func:`create_channel`."""

    def __init__(
        self,
        report: ChannelReport,
        interpreter: Interpreter,
        with_python: bool,
        lines: list[str],
        extras: bool,
        say: Callable[[str], None],
    ) -> None:
        self.report, self.interpreter, self.say = report, interpreter, say
        self.with_python, self.lines, self.extras = with_python, lines, extras
        self.subdir = host_subdir()
        self.key = digest(
            [CONVERTER_VERSION, interpreter.fingerprint(), with_python, lines, extras, self.subdir]
        )

    def make(self) -> None:
        """Do what is needed; the state file is written last, so that it vouches for the rest."""
        directory = self.report.directory
        if self._up_to_date():
            self.say("The channel is up to date")
            return
        (directory / _STATE).unlink(missing_ok=True)
        for name in (self.subdir, "noarch"):
            make_directory(directory / name)
        for package, subdir in self._packages():
            target = directory / subdir / package.name
            place(package, target)
            self.report.packages.append(
                PackageFile(target.name, subdir, target.stat().st_size, file_sha256(target))
            )
        self.report.packages.sort(key=lambda item: (item.subdir, item.file_name))
        self.say("Writing the index")
        index_channel(directory)
        self._remember()

    def _up_to_date(self) -> bool:
        directory = self.report.directory
        try:
            state = json.loads((directory / _STATE).read_text(encoding="utf-8"))
            files = [PackageFile(**item) for item in state["packages"]]
            complete = all(
                (directory / item.subdir / item.file_name).stat().st_size == item.size
                for item in files
            )
        except (OSError, ValueError, TypeError, KeyError):
            return False
        if state["key"] != self.key or not complete:
            return False
        self.report.packages, self.report.unchanged = files, True
        self.report.warnings += state["warnings"]
        return True

    def _remember(self) -> None:
        state = {
            "key": self.key,
            "packages": [vars(item) for item in self.report.packages],
            "warnings": self.report.warnings,
        }
        with scratch(self.report.directory) as work:
            (work / _STATE).write_text(json.dumps(state, indent=1), encoding="utf-8")
            os.replace(work / _STATE, self.report.directory / _STATE)

    def _packages(self) -> Iterator[tuple[Path, str]]:
        indexes: list[dict[str, Any]] = []
        if self.with_python:
            yield self._python()
            yield self._python_abi()
        if self.lines:
            yield from self._wheels()
        if self.extras:
            yield from self._extras(indexes)

    def _python(self) -> tuple[Path, str]:
        interpreter = self.interpreter
        if interpreter.environment["sys_platform"] != "linux":
            raise ChannelError(
                "An interpreter can be packaged on Linux only.",
                "Leave out --python, and take python from another channel.",
            )
        if find_tool("strip") is None:
            self.report.warnings.append(
                "The program strip was not found: the python package is larger than needed."
            )
        index = python_index(interpreter, self.subdir)
        home = cache_root() / "packages" / digest([CONVERTER_VERSION, interpreter.fingerprint()])
        target = home / f"{package_stem(index)}.conda"
        if not target.exists():
            self.say(f"Packaging Python {interpreter.version}")
            with scratch(home) as work:
                entries = python_entries(interpreter, work)
                target = write_package(home, index, entries, python_about(interpreter))
        return target, self.subdir

    def _python_abi(self) -> tuple[Path, str]:
        index = python_abi_index(self.interpreter)
        home = cache_root() / "packages" / digest([CONVERTER_VERSION, index])
        target = home / f"{package_stem(index)}.conda"
        if not target.exists():
            target = write_package(home, index, [], python_about(self.interpreter))
        return target, "noarch"

    def _wheels(self) -> Iterator[tuple[Path, str]]:
        self.say(f"Resolving {len(self.lines)} requirements")
        wheels = resolve(self.lines, self.interpreter)
        files = download(wheels, self.interpreter, self.say)
        metadata = [read_metadata(files[wheel.sha256]) for wheel in wheels]
        known = {item.project: item for item in metadata}
        wanted = requested_extras(self.lines)

        def one(item: tuple[Wheel, Metadata]) -> tuple[Path, str]:
            wheel, about = item
            path, subdir, cached = convert(
                files[wheel.sha256],
                wheel,
                self.interpreter,
                self.subdir,
                wanted.get(about.project, ()),
                known,
            )
            if not cached:
                self.say(f"Converted {wheel.file_name}")
            return path, subdir

        # Two threads: hashing and compression release the interpreter lock.
        with ThreadPoolExecutor(max_workers=2) as pool:
            yield from pool.map(one, zip(wheels, metadata, strict=True))

    def _extras(self, indexes: list[dict[str, Any]]) -> Iterator[tuple[Path, str]]:
        return iter(())


def host_subdir() -> str:
    """conda's name of the host's platform, such as ``linux-64``."""
    from rattler import Platform

    return str(Platform.current())


def index_channel(directory: Path) -> None:
    """Write the repodata of every subdir (rattler's indexer; CEP 16 shards included)."""
    from rattler.index import index_fs

    # force: a package may have been replaced by another one of the same name.
    asyncio.run(index_fs(directory, force=True))
