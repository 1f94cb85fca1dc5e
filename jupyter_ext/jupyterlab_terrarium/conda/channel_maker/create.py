"""Make a channel: resolve, download, convert, put in place, index."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
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
from .download import download
from .elf import find_tool
from .errors import ChannelError
from .extras import small_packages, stub_package
from .index import index_channel
from .interpreter import Interpreter, base_interpreter, inspect_interpreter
from .python_package import python_abi_index, python_about, python_entries, python_index
from .report import ChannelReport, Made, PackageFile
from .requirements import local_wheels, read_requirements, requested_extras
from .resolve import Wheel, resolve

#: Written last; vouches for everything else in the channel.
STATE_FILE = ".terrarium-channel.json"
_LOCK_FILE = ".terrarium-channel.lock"
_STUB_SUBDIR = "osx-arm64"


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
        Also make the small packages that tests and the demo use, and stubs for osx-arm64.
    progress:
        Called with one sentence a step, from one thread at a time.

    Raises
    ------
    ChannelError
        With a sentence for the user. Nothing half-made is left behind.
    """
    started = time.monotonic()
    report = ChannelReport(directory=directory.absolute())
    try:
        lines = read_requirements(requirements, requirements_file)
        interpreter = inspect_interpreter(python or base_interpreter())
        say = progress or (lambda _line: None)
        maker = _Maker(report, interpreter, python is not None, lines, extras, say)
        with locked(make_directory(report.directory) / _LOCK_FILE):
            maker.make()
    except OSError as error:
        place_at_fault = f" ({error.filename})" if error.filename else ""
        raise ChannelError(
            f"The channel could not be written: {error.strerror or error}{place_at_fault}.",
            "Check rights and free space, then call again: finished packages are kept.",
        ) from error
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
        inputs = [interpreter.fingerprint(), with_python, lines, local_wheels(lines), extras]
        self.key = digest([CONVERTER_VERSION, inputs, self.subdir])

    def make(self) -> None:
        """Do what is needed."""
        directory = self.report.directory
        if self._up_to_date():
            self.say("The channel is up to date")
            return
        (directory / STATE_FILE).unlink(missing_ok=True)
        for name in (self.subdir, "noarch"):
            make_directory(directory / name)
        records: dict[tuple[str, str], dict[str, Any]] = {}
        for made in self._packages():
            subdir = made.index["subdir"]
            target = directory / subdir / made.path.name
            place(made.path, target)
            file = PackageFile(target.name, subdir, target.stat().st_size, file_sha256(target))
            self.report.packages.append(file)
            records[subdir, file.file_name] = {
                **made.index,
                "sha256": file.sha256,
                "size": file.size,
            }
        self.report.packages.sort(key=lambda item: (item.subdir, item.file_name))
        self.say("Writing the index")
        index_channel(directory, records)
        self._remember()

    def _up_to_date(self) -> bool:
        directory = self.report.directory
        try:
            state = json.loads((directory / STATE_FILE).read_text(encoding="utf-8"))
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
            (work / STATE_FILE).write_text(json.dumps(state, indent=1), encoding="utf-8")
            (work / STATE_FILE).replace(self.report.directory / STATE_FILE)

    def _packages(self) -> Iterator[Made]:
        native: list[Made] = []
        if self.with_python:
            native.append(self._python())
            yield native[0]
            yield self._python_abi()
        if self.lines:
            for made in self._wheels():
                if made.index["subdir"] == self.subdir:
                    native.append(made)
                yield made
        if self.extras:
            self.say("Adding test packages")
            yield from small_packages()
            if self.subdir != _STUB_SUBDIR:
                make_directory(self.report.directory / _STUB_SUBDIR)
                for made in native:
                    yield stub_package(made.index, _STUB_SUBDIR)

    def _python(self) -> Made:
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
        home = cache_root() / "packages" / digest([CONVERTER_VERSION, index])
        target = home / f"{package_stem(index)}.conda"
        if target.exists():
            return Made(target, index, True)
        self.say(f"Packaging Python {interpreter.version}")
        with scratch(home) as work:
            entries = python_entries(interpreter, work)
            return Made(
                write_package(home, index, entries, python_about(interpreter)), index, False
            )

    def _python_abi(self) -> Made:
        index = python_abi_index(self.interpreter)
        home = cache_root() / "packages" / digest([CONVERTER_VERSION, index])
        target = home / f"{package_stem(index)}.conda"
        if target.exists():
            return Made(target, index, True)
        return Made(write_package(home, index, [], python_about(self.interpreter)), index, False)

    def _wheels(self) -> Iterator[Made]:
        self.say(f"Resolving {len(self.lines)} requirements")
        wheels = resolve(self.lines, self.interpreter)
        files = download(wheels, self.interpreter, self.say)
        metadata = [read_metadata(files[wheel.sha256]) for wheel in wheels]
        known = {item.project: item for item in metadata}
        wanted = requested_extras(self.lines)

        def one(wheel: Wheel, about: Metadata) -> Made:
            extras = wanted.get(about.project, ())
            path = files[wheel.sha256]
            return convert(path, wheel, self.interpreter, self.subdir, extras, known)

        # Two threads: hashing and compression release the interpreter lock.
        pool = ThreadPoolExecutor(max_workers=2)
        try:
            for made in pool.map(one, wheels, metadata):
                if not made.cached:
                    self.say(f"Converted {made.path.name}")
                yield made
        finally:
            # On an interrupt, do not convert what is still queued.
            pool.shutdown(cancel_futures=True)


def host_subdir() -> str:
    """Name of the host's platform in a channel, such as ``linux-64``."""
    from rattler import Subdir

    return str(Subdir.current())
