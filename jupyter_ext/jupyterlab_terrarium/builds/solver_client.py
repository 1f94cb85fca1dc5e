"""Asking the solver process: blocking calls for any thread; it is restarted when it ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ..conda.channels import ChannelConfig
from ..models.explanation import Explanation
from ..models.lock import Lock
from ..models.package import PackageHit, PackageVersions
from ..models.policy import SdistPolicy
from ..models.problem import SolverUnavailable, TerrariumError
from ..models.specification import Specification
from ..store.paths import Layout
from .solver_connection import Died, SolverConnection
from .solver_protocol import error_data, rebuild

#: Seconds that the process gets to say itself that a request took too long.
GRACE = 5.0
#: Seconds between two looks at whether a solve was cancelled.
POLL = 0.05
DEFAULT_MEMORY_LIMIT = 2 * 1024**3
DEFAULT_TIMEOUT = 300.0
#: Seconds in which an explanation that somebody waits for is looked for.
EXPLAIN_SECONDS = 1.5


class SolveCancelled(Exception):
    """The solve was cancelled by who asked for it."""


@dataclass(frozen=True)
class Solution:
    """A lock, and the seconds that it took to find."""

    lock: Lock
    seconds: float


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
        self._call("ping", {})

    def solve(
        self,
        specification: Specification,
        *,
        locked: Lock | None = None,
        platforms: Sequence[str] = (),
        exclude_newer: datetime | None = None,
        cancelled: threading.Event | None = None,
    ) -> Solution:
        """A lock for every platform of *specification*; see ``conda.solve.solve_specification``.

        Raises :class:`SolveError` and its kinds, :class:`ChannelUnreachable`,
        :class:`CredentialsMissing`, :class:`InvalidSpecification` or
        :class:`SolverUnavailable`; :class:`SolveCancelled` soon after *cancelled* is set.
        """
        answer = self._call(
            "solve",
            {
                "specification": specification.model_dump(mode="json"),
                "config": self._config.to_json(),
                "locked": locked.model_dump(mode="json") if locked else None,
                "platforms": list(platforms),
                "exclude_newer": exclude_newer.isoformat() if exclude_newer else None,
                "sdists": self._sdists,
            },
            cancelled,
        )
        return Solution(Lock.model_validate(answer["lock"]), float(answer["seconds"]))

    def explain(
        self,
        text: str,
        error: TerrariumError,
        *,
        platforms: Sequence[str] = (),
        exclude_newer: datetime | None = None,
        seconds: float = EXPLAIN_SECONDS,
        cancelled: threading.Event | None = None,
    ) -> Explanation:
        """Why the specification *text*, whose solve raised *error*, has no solution.

        Takes at most about *seconds*; see ``conda.explanation``. Raises
        :class:`InvalidSpecification` or :class:`SolverUnavailable`; :class:`SolveCancelled` soon
        after *cancelled* is set.
        """
        answer = self._call(
            "explain",
            {
                "text": text,
                "error": error_data(error),
                "config": self._config.to_json(),
                "platforms": list(platforms),
                "exclude_newer": exclude_newer.isoformat() if exclude_newer else None,
                "seconds": seconds,
                "sdists": self._sdists,
            },
            cancelled,
        )
        return Explanation.model_validate(answer)

    def search(
        self, query: str, *, channels: Sequence[str], platform: str, limit: int = 20
    ) -> list[PackageHit]:
        """Package names that match, best first. Raises :class:`ChannelUnreachable`."""
        answer = self._call(
            "search",
            {
                "query": query,
                "channels": list(channels) or self._config.default_channels,
                "platform": platform,
                "limit": limit,
                "config": self._config.to_json(),
            },
        )
        return [PackageHit.model_validate(hit) for hit in answer]

    def versions(self, name: str, *, channels: Sequence[str], platform: str) -> PackageVersions:
        """Versions of a package, newest first. Raises :class:`PackageMissing`."""
        answer = self._call(
            "versions",
            {
                "name": name,
                "channels": list(channels) or self._config.default_channels,
                "platform": platform,
                "config": self._config.to_json(),
            },
        )
        return PackageVersions.model_validate(answer)

    def read_lockfile(self, text: str) -> Lock:
        """The lock that a conda-lock file holds. Raises :class:`InvalidLock`."""
        return Lock.model_validate(self._call("lockfile_read", {"text": text}))

    def write_lockfile(self, lock: Lock) -> str:
        """*lock* as a conda-lock v1 file. Raises :class:`InvalidLock`."""
        return str(self._call("lockfile_write", {"lock": lock.model_dump(mode="json")}))

    def refresh(self, channels: Sequence[str] = ()) -> None:
        """Read the indexes of *channels* (none named: of all) again when next they are needed."""
        self._call("refresh", {"channels": list(channels), "config": self._config.to_json()})

    def probe(self, url: str, timeout: float = 3.0) -> bool:
        """Whether the channel at *url* answers within *timeout* seconds."""
        return bool(self._call("probe", {"url": url, "timeout": timeout}))

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

    def _call(
        self, method: str, params: dict[str, Any], cancelled: threading.Event | None = None
    ) -> Any:
        """The answer to one request; asked again when the process ended meanwhile.

        A request that was worked on alone when the process ended gets one more chance, others
        two: they may have suffered from their neighbour.
        """
        deadline = time.monotonic() + self._timeout + GRACE
        chances = 3
        while True:
            if cancelled is not None and cancelled.is_set():
                raise SolveCancelled
            connection = self._connected()
            number, future = connection.send(method, params)
            try:
                answer = _wait(future, deadline, cancelled)
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
            if "error" in answer:
                raise rebuild(answer["error"])
            return answer["result"]

    def _ended(self) -> SolverUnavailable:
        if self._closed:
            return SolverUnavailable("The solver was shut down.")
        return SolverUnavailable(
            "The solver process ended before it had an answer, more than once.",
            f"Its log is {self._layout.logs / 'solver.log'}.",
        )


def _wait(
    future: Future[dict[str, Any]], deadline: float, cancelled: threading.Event | None
) -> dict[str, Any]:
    """The answer, unless ``time.monotonic()`` passes *deadline* or *cancelled* is set before."""
    while True:
        left = max(0.0, deadline - time.monotonic())
        if cancelled is None:
            return future.result(left)
        try:
            return future.result(min(left, POLL))
        except Late:
            if cancelled.is_set():
                raise SolveCancelled from None
            if left <= POLL:
                raise
