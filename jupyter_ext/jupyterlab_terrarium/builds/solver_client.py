"""Asking the solver process: blocking calls for any thread; it is restarted when it ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, TypeAdapter
from pydantic_core import from_json

from ..conda.channels import ChannelConfig
from ..conda.specification import read_specification
from ..models.explanation import Explanation
from ..models.lock import Lock
from ..models.package import PackageHit, PackageVersions
from ..models.policy import SdistPolicy
from ..models.problem import Problem, SolverUnavailable, TerrariumError
from ..models.specification import Specification
from ..models.told_problem import error_of
from ..store.paths import Layout
from .solver_connection import Died, SolveCancelled, SolverConnection, answer_of
from .solver_protocol import Message
from .solver_requests import (
    ExplainRequest,
    LockfileLock,
    LockfileText,
    Nothing,
    ProbeRequest,
    RefreshRequest,
    SearchRequest,
    Solution,
    SolveRequest,
    VersionsRequest,
)

#: Seconds that the process gets to say itself that a request took too long.
GRACE = 5.0
DEFAULT_MEMORY_LIMIT = 2 * 1024**3
DEFAULT_TIMEOUT = 300.0
#: Seconds in which an explanation that somebody waits for is looked for.
EXPLAIN_SECONDS = 1.5
_HITS = TypeAdapter(list[PackageHit])


class _Sent(NamedTuple):
    """A request on its way: where it went, its number, what gets the answer."""

    connection: SolverConnection
    number: int
    future: Future[Message]


class SolverClient:
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
        self._layout = layout if isinstance(layout, Layout) else Layout(Path(layout))
        self._config = config or ChannelConfig()
        self._timeout = timeout_s
        self._sdists = sdists
        self._arguments = [
            *("--root", str(self._layout.root)),
            *("--memory-limit", str(memory_limit_bytes)),
            *("--timeout", str(timeout_s)),
        ]
        self._lock = threading.Lock()
        self._connection: SolverConnection | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Process id of the running solver process, if there is one."""
        connection = self._connection
        return connection.pid if connection is not None and connection.alive else None

    def start(self) -> None:
        """Start the process in the background, so that the first request finds it warm."""
        threading.Thread(target=self._warm, name="terrarium-solver-start", daemon=True).start()

    def _warm(self) -> None:
        try:
            self.ping()
        except SolverUnavailable:
            # Closed again before it was warm, or it cannot start: the first request will tell.
            return

    def close(self) -> None:
        """End the process; requests being worked on raise :class:`SolverUnavailable`."""
        with self._lock:
            self._closed = True
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def ping(self) -> None:
        """Return when the process is ready."""
        self._call("ping", Nothing())

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
        return Solution.model_validate_json(self._call("solve", asked, cancelled))

    def begin_solve(
        self, specification: Specification, *, locked: Lock | None = None
    ) -> Callable[[], Solution]:
        """Ask as :meth:`solve` does; what is given back waits for the answer, or raises.

        The solver works meanwhile, and so can whoever asked.
        """
        asked = self._question(specification, locked, ())
        sent = self._send("solve", asked)
        return lambda: Solution.model_validate_json(self._call("solve", asked, sent=sent))

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
        """The lock that a conda-lock file holds. Raises :class:`InvalidLock`."""
        return Lock.model_validate_json(self._call("lockfile_read", LockfileText(text=text)))

    def write_lockfile(self, lock: Lock) -> str:
        """*lock* as a conda-lock v1 file. Raises :class:`InvalidLock`."""
        return str(from_json(self._call("lockfile_write", LockfileLock(lock=lock))))

    def refresh(self, channels: Sequence[str] = ()) -> None:
        """Read the indexes of *channels* (none named: of all) again when next they are needed."""
        self._call("refresh", RefreshRequest(channels=list(channels), config=self._config))

    def probe(self, url: str, timeout: float = 3.0) -> bool:
        """Whether the channel at *url* answers within *timeout* seconds."""
        return bool(from_json(self._call("probe", ProbeRequest(url=url, timeout=timeout))))

    def _connected(self) -> SolverConnection:
        with self._lock:
            if self._closed:
                raise SolverUnavailable("The solver was shut down.")
            if self._connection is None or not self._connection.alive:
                try:
                    self._connection = SolverConnection(
                        self._arguments, self._layout.logs / "solver.log"
                    )
                except OSError as error:
                    raise SolverUnavailable(
                        f"The solver process cannot be started: {error}."
                    ) from error
            return self._connection

    def _send(self, method: str, params: BaseModel) -> _Sent:
        connection = self._connected()
        return _Sent(connection, *connection.send(method, params))

    def _call(
        self,
        method: str,
        params: BaseModel,
        cancelled: threading.Event | None = None,
        sent: _Sent | None = None,
    ) -> bytes:
        """The answer to one request, as JSON; asked again when the process ended meanwhile.

        *sent* is the request where it has been sent already.

        A request that was worked on alone when the process ended gets one more chance, others
        two: they may have suffered from their neighbour.
        """
        deadline = time.monotonic() + self._timeout + GRACE
        chances = 3
        while True:
            if cancelled is not None and cancelled.is_set():
                raise SolveCancelled
            connection, number, future = sent or self._send(method, params)
            sent = None
            try:
                answer = answer_of(future, deadline, cancelled)
            except SolveCancelled:
                connection.cancel(number)
                raise
            except Died as death:
                chances -= 2 if death.alone else 1
                if self._closed or chances <= 0:
                    raise self._ended() from death
                continue
            except Late:
                # It did not notice its own time limit, so it will not notice anything else.
                connection.kill()
                raise SolverUnavailable(
                    f"The solver worked for {self._timeout:.0f} s without an answer, which is its "
                    "time limit, and was restarted.",
                    "Ask for narrower versions, or raise the solver's time limit.",
                ) from None
            if answer.word == "failed":
                raise error_of(Problem.model_validate_json(answer.content))
            return answer.content

    def _ended(self) -> SolverUnavailable:
        if self._closed:
            return SolverUnavailable("The solver was shut down.")
        return SolverUnavailable(
            "The solver process ended before it had an answer, more than once.",
            f"Its log is {self._layout.logs / 'solver.log'}.",
        )
