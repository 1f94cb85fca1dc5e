"""Base of all handlers. Knows a principal and services, and nothing of who hosts it.

A host adapter (``api/hosts.py``) supplies ``principal`` and ``authorise``.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Hashable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from tornado.web import HTTPError, RequestHandler

from ..access.limits import require_change
from ..access.principals import Principal
from ..models.problem import PROBLEM_TYPE_BASE, Problem, TerrariumError
from .lanes import SlowLane
from .operation import OPERATION, Operation, reason
from .remembered import RememberedAnswers

if TYPE_CHECKING:
    from ..services.services import Services

P = ParamSpec("P")
R = TypeVar("R")

SETTING = "terrarium"
_log = logging.getLogger("jupyterlab_terrarium.api")


@dataclass(frozen=True)
class ApiContext:
    """What handlers share: the services and the small pool of threads that runs them.

    ``begin`` starts to open the store, unless that has begun already.
    """

    opening: Future[Services]
    begin: Callable[[], None]
    executor: Executor
    slow: SlowLane
    base_path: str
    files: SlowLane = field(default_factory=SlowLane.for_files)
    answers: RememberedAnswers = field(default_factory=RememberedAnswers)
    #: Those who wait for events.
    waiting: set[object] = field(default_factory=set)


class TerrariumHandler(RequestHandler):
    """Answers JSON, and RFC 9457 problem details for every error."""

    @property
    def api(self) -> ApiContext:
        """The context that the host has put into the application's settings."""
        context = self.settings[SETTING]
        assert isinstance(context, ApiContext)
        return context

    @property
    def services(self) -> Services:
        """The services; only after :meth:`opened`."""
        return self.api.opening.result(timeout=0)

    async def opened(self) -> None:
        """Wait until the store is open. Raises :class:`StoreUnusable` when it cannot be."""
        self.api.begin()
        await asyncio.wrap_future(self.api.opening)

    async def principal(self) -> Principal:
        """Who calls. Raises :class:`Unauthenticated`. Supplied by the host adapter."""
        raise HTTPError(401)

    async def recognised(self, principal: Principal) -> Principal:
        """The principal as the store knows them; only after :meth:`opened`."""
        people = self.services.people
        known = replace(people.recognise(principal), origin=self._origin(principal))
        if people.has_news(known):
            await self.run(people.welcome, known)
        return known

    def _origin(self, principal: Principal) -> str:
        """Where the request comes from. A Unix socket has no address."""
        address = self.request.remote_ip
        where = "socket" if address in (None, "", "0.0.0.0") else str(address)
        token = "" if principal.limit is None else principal.limit.token
        return f"{where}, token {token}" if token else where

    async def may_change(self, principal: Principal, action: str) -> None:
        """Raise :class:`Forbidden`, and note it, when the principal may change nothing at all."""
        try:
            require_change(principal)
        except TerrariumError as error:
            await self.run(self.services.audit.refused, principal, action, error)
            raise

    async def authorise(self, action: str, resource: str) -> None:
        """Raise :class:`Forbidden` unless the host permits. Supplied by the host adapter."""
        raise HTTPError(403)

    def send(self, content: bytes, media_type: str) -> None:
        """Finish with *content*. Supplied by the host adapter."""
        raise HTTPError(500)

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a service in the thread pool: the event loop waits for no disk and no solver."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.api.executor, lambda: function(*args, **kwargs))

    async def run_slow(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a service that waits for the solver, in threads of its own.

        Raises :class:`SolverUnavailable` when too many wait already: everything else goes on.
        """
        return await self.api.slow.run(lambda: function(*args, **kwargs))

    async def run_files(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a service that looks through whole prefixes, one at a time, apart from all others.

        Raises :class:`TooBusy` when too many wait already.
        """
        return await self.api.files.run(lambda: function(*args, **kwargs))

    async def remembered(
        self, described: Operation, principal: Principal, method: Callable[[], Awaitable[Any]]
    ) -> bytes | None:
        """The content of *method*'s answer, made anew only when the database has changed."""
        asked = (principal, self.request.path, self.request.query)

        async def make() -> bytes | None:
            return described.content(await method())

        return await self.api.answers.answer(
            asked, await self.mark(), make, lambda made: len(made or b"")
        )

    async def mark(self) -> Hashable:
        """The mark of the database's content, see ``store/change_mark.py``."""
        return await self.run(self.services.context.database.changes.now)

    def answer(self, described: Operation, content: bytes | None) -> None:
        """Write the answer of a verb as its operation describes it."""
        self.set_status(described.status)
        if content is None:
            self.finish()
            return
        media_type = described.media_type
        if media_type != "application/json":
            # Texts that users wrote are shown, never interpreted.
            self.set_header("Content-Security-Policy", "sandbox; default-src 'none'")
            media_type += "; charset=utf-8"
        self._write(content, media_type)

    def answer_problem(self, problem: Problem) -> None:
        """Write RFC 9457 problem details."""
        self.set_status(problem.status)
        self._write(problem.model_dump_json().encode("utf-8"), "application/problem+json")

    def _write(self, content: bytes, media_type: str) -> None:
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "no-store")
        self.send(content, media_type)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Errors of the framework (405, XSRF, a defect of ours) as problem details."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        detail = reason(status_code)
        if isinstance(error, HTTPError) and status_code < 500:
            detail = error.log_message or error.reason or detail
        elif status_code >= 500:
            detail = "Terrarium met a defect of its own; the server's log has the details."
        self.answer_problem(
            Problem(
                type=PROBLEM_TYPE_BASE + ("internal" if status_code >= 500 else "http"),
                title=reason(status_code),
                status=status_code,
                detail=detail,
                code="internal" if status_code >= 500 else f"http-{status_code}",
            )
        )

    def log_exception(self, *exc_info: Any) -> None:
        """Defects go to the log with their traceback; no user sees one."""
        if isinstance(exc_info[1], HTTPError):
            _log.debug("%s %s: %s", self.request.method, self.request.path, exc_info[1])
        else:
            _log.error("defect in %s %s", self.request.method, self.request.path, exc_info=exc_info)

    @classmethod
    def operations(cls) -> dict[str, Operation]:
        """The verbs of this handler, by lower-case HTTP method."""
        found: dict[str, Operation] = {}
        for method in ("get", "post", "put", "patch", "delete"):
            described = getattr(getattr(cls, method, None), OPERATION, None)
            if isinstance(described, Operation):
                found[method] = described
        return found


def as_json(value: object) -> bytes:
    """Compact UTF-8 JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
