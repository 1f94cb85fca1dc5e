"""Asking the solver process: blocking calls for any thread; it is restarted when it ended."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import TypeAdapter
from pydantic_core import from_json

from ..artifacts.form import Subject
from ..conda.channels import ChannelConfig
from ..conda.specification import read_specification
from ..models.explanation import Explanation
from ..models.lock import Lock
from ..models.package import PackageHit, PackageVersions
from ..models.policy import SdistPolicy
from ..models.problem import TerrariumError
from ..models.specification import Specification
from ..store.paths import Layout
from .solution_wire import Solution, SolutionReader
from .solver_calls import SolverCalls
from .solver_requests import (
    ExplainRequest,
    FormTextRequest,
    LockfileLock,
    LockfileText,
    ProbeRequest,
    RefreshRequest,
    SearchRequest,
    SolveRequest,
    VersionsRequest,
)

DEFAULT_MEMORY_LIMIT = 2 * 1024**3
DEFAULT_TIMEOUT = 300.0
#: Seconds in which an explanation that somebody waits for is looked for.
EXPLAIN_SECONDS = 1.5
_HITS = TypeAdapter(list[PackageHit])


class BegunSolve(NamedTuple):
    """A solve that goes on: ``answer`` waits for it, or raises; ``drop`` when nobody will."""

    answer: Callable[[], Solution]
    drop: Callable[[], None]


class SolverClient(SolverCalls):
    """The one solver process of a store. Safe to use from several threads.

    Parameters
    ----------
    layout:
        The store's directories (or the root itself).
    config:
        Where channel names lead.
    memory_limit_bytes:
        Resident memory above which the process is ended; 0 means no limit.
    timeout_s:
        Seconds that one request may take.
    sdists:
        Whether pip packages without a wheel are built from source.
    """

    def __init__(
        self,
        layout: Layout | Path,
        config: ChannelConfig | None = None,
        *,
        memory_limit_bytes: int = DEFAULT_MEMORY_LIMIT,
        timeout_s: float = DEFAULT_TIMEOUT,
        sdists: SdistPolicy = "never",
    ) -> None:
        layout = layout if isinstance(layout, Layout) else Layout(Path(layout))
        super().__init__(layout, memory_limit_bytes, timeout_s)
        self._config = config or ChannelConfig()
        self._sdists = sdists
        self._reader = SolutionReader()

    def solve(
        self,
        specification: Specification,
        *,
        locked: Lock | None = None,
        platforms: Sequence[str] = (),
        cancelled: threading.Event | None = None,
    ) -> Solution:
        """A lock for every platform of *specification*; see ``conda.solve.solve_specification``.

        Raises :class:`SolveError` and its kinds, :class:`ChannelUnreachable`,
        :class:`CredentialsMissing`, :class:`InvalidSpecification` or
        :class:`SolverUnavailable`; :class:`SolveCancelled` soon after *cancelled* is set.
        """
        asked = self._question(specification, locked, platforms)
        return self._reader.read(self._answer("solve", asked, cancelled).pieces)

    def begin_solve(
        self, specification: Specification, *, locked: Lock | None = None
    ) -> BegunSolve:
        """Ask as :meth:`solve` does. The solver works meanwhile, and so can whoever asked."""
        asked = self._question(specification, locked, ())
        sent = self._send("solve", asked)
        return BegunSolve(
            lambda: self._reader.read(self._answer("solve", asked, sent=sent).pieces),
            lambda: sent.connection.cancel(sent.number),
        )

    def _question(
        self, specification: Specification, locked: Lock | None, platforms: Sequence[str]
    ) -> SolveRequest:
        return SolveRequest(
            specification=specification,
            config=self._config,
            locked=locked,
            platforms=list(platforms),
            sdists=self._sdists,
        )

    def explain(
        self,
        text: str,
        error: TerrariumError,
        *,
        locked: Lock | None = None,
        platforms: Sequence[str] = (),
        seconds: float = EXPLAIN_SECONDS,
        cancelled: threading.Event | None = None,
    ) -> Explanation:
        """Why the specification *text*, whose solve raised *error*, has no solution.

        Relaxations were solved as :meth:`solve` would, with *locked* and the ``as-of`` of their
        own text. Takes at most about *seconds*; see ``conda.explanation``. Raises
        :class:`InvalidSpecification` or :class:`SolverUnavailable`; :class:`SolveCancelled` soon
        after *cancelled* is set.
        """
        asked = ExplainRequest(
            text=text,
            specification=read_specification(text),
            problem=error.problem(),
            config=self._config,
            locked=locked,
            platforms=list(platforms),
            seconds=seconds,
            sdists=self._sdists,
        )
        return Explanation.model_validate_json(self._call("explain", asked, cancelled))

    def search(
        self, query: str, *, channels: Sequence[str], platform: str, limit: int = 20
    ) -> list[PackageHit]:
        """Package names that match, best first. Raises :class:`ChannelUnreachable`."""
        asked = SearchRequest(
            query=query,
            channels=list(channels) or self._config.default_channels,
            platform=platform,
            limit=limit,
            config=self._config,
        )
        return _HITS.validate_json(self._call("search", asked))

    def versions(self, name: str, *, channels: Sequence[str], platform: str) -> PackageVersions:
        """Versions of a package, newest first. Raises :class:`PackageMissing`."""
        asked = VersionsRequest(
            name=name,
            channels=list(channels) or self._config.default_channels,
            platform=platform,
            config=self._config,
        )
        return PackageVersions.model_validate_json(self._call("versions", asked))

    def read_lockfile(self, text: str) -> Lock:
        """The lock that a conda-lock file, a pixi.lock or an explicit list holds.

        Raises :class:`InvalidLock`; :class:`ChannelUnreachable` for lists that need an index.
        """
        asked = LockfileText(text=text, config=self._config)
        return Lock.model_validate_json(self._call("lockfile_read", asked))

    def write_lockfile(self, lock: Lock) -> str:
        """*lock* as a conda-lock v1 file. Raises :class:`InvalidLock`."""
        return str(from_json(self._call("lockfile_write", LockfileLock(lock=lock))))

    def form_text(self, form: str, subject: Subject, platform: str, options: dict[str, Any]) -> str:
        """The text that is the form called *form* of a version. Raises what the form raises."""
        asked = FormTextRequest(form=form, subject=subject, platform=platform, options=options)
        return str(from_json(self._call("form_text", asked)))

    def refresh(self, channels: Sequence[str] = ()) -> None:
        """Read the indexes of *channels* (none named: of all) again when next they are needed."""
        self._call("refresh", RefreshRequest(channels=list(channels), config=self._config))

    def probe(self, url: str, timeout: float = 3.0) -> bool:
        """Whether the channel at *url* answers within *timeout* seconds."""
        return bool(from_json(self._call("probe", ProbeRequest(url=url, timeout=timeout))))
