"""From one source archive to a wheel (PEP 517).

Everything is fetched before anything of the archive is run: the archive itself, and wheels of what
building it needs. Its code runs in the sandbox only: without network, with an empty environment,
able to write to its own copy of the source and to the directory for the result. It is built with
the server's own Python, and only a pure wheel is accepted, so that one wheel fits every platform
of the lock.
"""

from __future__ import annotations

import asyncio
import json
import os
import stat
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from ..conda.build_system import Unbuildable, read_build_system, read_requirements
from ..conda.download import download, local_path, make_client
from ..conda.pip_sources import ARCHIVES, Sdist
from ..conda.runner import Completed
from ..conda.specification.credentials import scrub_text
from ..conda.specification.text import shown
from ..conda.uv_run import Indexes, run_uv
from ..models.build_problem import HashMismatch, SourceBuildFailed, WheelMissing
from .sandbox import run_sandboxed
from .wheel_child import EPOCH

_CHILD = Path(__file__).with_name("wheel_child.py")
_MAX_REQUIRES = 1 << 20
_PURE = {"py2-none-any", "py3-none-any"}
#: So that two builds of one archive give the same bytes.
_VARIABLES = {
    "SOURCE_DATE_EPOCH": str(EPOCH),
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
}
_HINT = "Take it from conda, or name a version or a file that is a wheel."


@dataclass(frozen=True)
class BuildLimits:
    """Seconds for each step, bytes of memory for a process, of one file, and of the archive."""

    seconds: float = 120.0
    memory_bytes: int = 2 << 30
    max_file_bytes: int = 100 << 20
    max_archive_bytes: int = 200 << 20


class WheelBuild:
    """One archive on its way to a wheel, in the empty directory *work*."""

    def __init__(self, sdist: Sdist, work: Path, indexes: Indexes, limits: BuildLimits) -> None:
        self._sdist = sdist
        self._indexes = indexes
        self._limits = limits
        self._name = shown(unquote(urlsplit(sdist.url).path).rsplit("/", 1)[-1], 100)
        self._archive = work / "archive"
        self._env = work / "env"
        self._uv = work / "uv"
        self._unpacked = work / "source"
        self._output = work / "output"
        self._result = work / "result"
        for directory in (self._uv, self._unpacked, self._output, self._result):
            directory.mkdir()

    async def fetch(self, mirrors: dict[str, list[str]]) -> str:
        """Get the archive; its SHA-256.

        Raises :class:`WheelMissing`, :class:`HashMismatch` and what
        :func:`jupyterlab_terrarium.conda.download.download` raises.
        """
        if not self._name.endswith(ARCHIVES):
            self._refuse("only tar archives (.tar.gz) are built")
        limit, received = self._limits.max_archive_bytes, 0

        def count(size: int) -> None:
            nonlocal received
            received += size
            if received > limit:
                self._refuse(f"it has more than {limit >> 20} MB")

        source = local_path(self._sdist.url)
        if source is not None and source.exists() and not source.is_file():
            self._refuse("it is not a file")
        client = None if source is not None else make_client(mirrors, self._indexes.offline)
        found = await download(client, self._sdist.url, self._archive, count)
        if self._sdist.sha256 and found != self._sdist.sha256:
            raise HashMismatch(
                f"{self._name} is not the file that the index names: its SHA-256 is {found}, the "
                f"index says {self._sdist.sha256}.",
                "Tell the owner of the index.",
            )
        return found

    async def make(self) -> Path:
        """The wheel, checked, in a place where nothing that still runs can change it.

        Raises :class:`WheelMissing` when the archive or what it gave is refused, and
        :class:`SourceBuildFailed`.
        """
        cache = ["--cache-dir", str(self._indexes.cache_dir)]
        await self._run_uv("venv", "--python", sys.executable, *cache, str(self._env))
        done = await self._step("unpack", self._archive, self._unpacked, writable=[self._unpacked])
        if done.returncode != 0:
            self._refuse(_reason(done))
        try:
            done = await self._build()
        except Unbuildable as why:
            self._refuse(str(why))
        wheel = self._take(done)
        self._check_name(wheel.name)
        done = await self._step("inspect", wheel)
        if done.returncode != 0:
            self._refuse_wheel(wheel.name, _reason(done))
        return wheel

    async def _build(self) -> Completed:
        found = list(self._unpacked.iterdir())
        if len(found) != 1 or not found[0].is_dir():
            raise Unbuildable("it does not hold one directory and nothing beside it")
        system = read_build_system(found[0])
        await self._install(system.requires)
        paths = json.dumps(system.backend_path)
        arguments = [found[0], system.backend, paths, self._output]
        await self._hook("requires", *arguments)
        answer = self._output / "requires.json"
        try:
            requires = json.loads(self._read(answer, _MAX_REQUIRES))
        except (ValueError, RecursionError):
            raise Unbuildable("what it needs to be built is no list of requirements") from None
        answer.unlink()
        await self._install(read_requirements(requires))
        return await self._hook("build", *arguments)

    async def _install(self, requires: list[str]) -> None:
        """Put wheels of *requires* into the build environment; uv runs nothing of them."""
        if not requires:
            return
        (self._uv / "requires.in").write_text("\n".join(requires) + "\n", "utf-8")
        await self._run_uv(
            *("pip", "install", "--python", str(self._env / "bin/python"), "-r", "requires.in"),
            *("--only-binary", ":all:", "--no-sources", "--link-mode", "copy"),
            *self._indexes.arguments(),
        )

    async def _run_uv(self, *arguments: str) -> None:
        answer = await run_uv(arguments, self._uv, self._indexes)
        if not answer.ok:
            raise SourceBuildFailed(
                f"What {self._name} needs to be built cannot be installed.",
                "The index must have wheels of it. " + _HINT,
                raw=scrub_text(answer.said),
            )

    async def _hook(self, step: str, *arguments: object) -> Completed:
        """A step that runs the code of the archive. Raises :class:`SourceBuildFailed`."""
        source = Path(str(arguments[0]))
        done = await self._step(step, *arguments, writable=[source, self._output], isolated=False)
        if done.returncode != 0:
            seconds = self._limits.seconds
            how = f"was ended after {seconds:.0f} seconds" if done.timed_out else "failed"
            raise SourceBuildFailed(
                f"Building a wheel from {self._name} {how}.",
                "The end of its output says more. It has no network and an empty environment to "
                "be built in. " + _HINT,
                raw=done.output,
            )
        return done

    async def _step(
        self, step: str, *arguments: object, writable: Sequence[Path] = (), isolated: bool = True
    ) -> Completed:
        flags = ["-I", "-S"] if isolated else ["-s"]
        python = [str(self._env / "bin/python"), *flags]
        interpreter = [Path(sys.base_prefix), Path(sys.base_exec_prefix)]
        stopped = threading.Event()
        try:
            return await asyncio.to_thread(
                run_sandboxed,
                [*python, str(_CHILD), step, *map(str, arguments)],
                prefix=self._env,
                read=[*interpreter, _CHILD, self._archive, self._result],
                writable=writable,
                timeout=self._limits.seconds,
                env_extra=_VARIABLES,
                memory_bytes=self._limits.memory_bytes,
                max_file_bytes=self._limits.max_file_bytes,
                stopped=stopped,
            )
        finally:
            # Whoever asked may have gone away: the thread sees it and ends the program.
            stopped.set()

    def _take(self, done: Completed) -> Path:
        """The wheel, copied away from what its builder can write to."""
        found = [path for path in self._output.iterdir() if path.name.endswith(".whl")]
        if len(found) != 1:
            raise SourceBuildFailed(
                f"Building {self._name} made {len(found)} wheels instead of one.",
                _HINT,
                raw=done.output,
            )
        wheel = self._result / found[0].name
        wheel.write_bytes(self._read(found[0], self._limits.max_file_bytes))
        return wheel

    def _read(self, path: Path, limit: int) -> bytes:
        """What the builder wrote, if it is a file: a link could lead to what is not its own."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            self._refuse(f"its builder did not write {shown(path.name)}: {error.strerror}")
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
                self._refuse(
                    f"its builder wrote a {shown(path.name)} that is no file, or too large"
                )
            return file.read(limit)

    def _check_name(self, file_name: str) -> None:
        try:
            name, _, _, tags = parse_wheel_filename(file_name)
        except InvalidWheelFilename:
            self._refuse_wheel(file_name, "it is not named like a wheel")
        if name != canonicalize_name(self._sdist.name):
            self._refuse_wheel(file_name, f"it is not one of {self._sdist.name}")
        kinds = {str(tag) for tag in tags}
        if not kinds <= _PURE or "py3-none-any" not in kinds:
            self._refuse_wheel(file_name, "it does not fit every platform and every Python 3")

    def _refuse(self, why: str) -> NoReturn:
        raise WheelMissing(f"The source archive {self._name} is refused: {why}.", _HINT)

    def _refuse_wheel(self, file_name: str, why: str) -> NoReturn:
        raise WheelMissing(
            f"{shown(file_name, 100)}, built from {self._name}, is refused: {why}.",
            "Only pure Python is built from source: compiled code must come from conda or as a "
            "wheel.",
        )


def _reason(done: Completed) -> str:
    """The last line, which says why; or how it ended when it could not say."""
    lines = done.output.strip().splitlines()
    if done.returncode == 2 and lines:
        return lines[-1][:500]
    return "it takes too long" if done.timed_out else f"its reader ended ({done.returncode})"
