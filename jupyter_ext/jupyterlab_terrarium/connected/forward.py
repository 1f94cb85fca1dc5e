"""The API of the team store under this Jupyter server's own: each request is passed on.

Login, the server's authorizer and XSRF are this server's, as for its own handlers; which person
may do what is decided by the store, from the token that goes with the request.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import unquote, urlencode

from tornado.httpclient import HTTPClientError, HTTPRequest, HTTPResponse
from tornado.httputil import HTTPHeaders, parse_response_start_line
from tornado.iostream import StreamClosedError
from tornado.netutil import Resolver
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from .._version import __version__
from ..access.principals import Principal
from ..api.base import TerrariumHandler
from ..api.bearer import bearer
from ..models.away import StoreAway
from ..models.problem import Forbidden, NotFound, Unauthenticated
from ..models.share import SHARE_HEADER, ShareUse
from ..services.status import shell_command
from .address import StoreAddress
from .credentials import visitor_token
from .versions import read_status

TARGET = "terrarium_store"
#: A large file on a slow line takes hours.
TRANSFER_SECONDS = 86_400.0
#: Writes the body of a request by the function that it is given.
Send = Callable[[Callable[[bytes], Awaitable[None]]], Awaitable[None]]
_CONNECT_SECONDS = 5.0
_ANSWER_SECONDS = 660.0
_CLIENTS = 500
#: Artifacts are passed on as they come, however large they are.
_MAX_ANSWER_BYTES = 1 << 50
_PASSED_ON = ("Content-Type", "If-None-Match", "If-Range", "Range", SHARE_HEADER)
_PASSED_BACK = (
    "Accept-Ranges",
    "Content-Range",
    "Content-Type",
    "Content-Disposition",
    "Content-Security-Policy",
    "Cache-Control",
    "ETag",
    "Retry-After",
    "X-Content-Type-Options",
)
_OWN_ARGUMENTS = ("token", "_xsrf")


class _SocketResolver(Resolver):
    """Every name leads to one Unix socket."""

    def initialize(self, path: str) -> None:
        self._path = path

    async def resolve(self, host: str, port: int, family: Any = 0) -> list[tuple[int, Any]]:
        from socket import AF_UNIX

        return [(AF_UNIX, self._path)]


class Target:
    """The store and a client for it, which lives as long as the server's event loop."""

    def __init__(self, address: StoreAddress, root: str) -> None:
        self.address = address
        self.root = root
        resolver = None if address.unix is None else _SocketResolver(path=str(address.unix))
        self.client = SimpleAsyncHTTPClient(
            force_instance=True,
            max_clients=_CLIENTS,
            resolver=resolver,
            max_body_size=_MAX_ANSWER_BYTES,
        )

    def away(self, why: str) -> StoreAway:
        """The store does not answer."""
        return StoreAway(
            f"the team store at {self.address.url} does not answer ({why})",
            "Kernels that are on this machine work as before. This page tries again by itself; "
            "if it stays so, tell the administrator of the store.",
        )


class ForwardingHandler(TerrariumHandler):
    """Passes requests on. Its subclasses have the verbs of one route."""

    #: Until all of an answer has come.
    answer_seconds = _ANSWER_SECONDS

    @property
    def _target(self) -> Target:
        target = self.settings[TARGET]
        assert isinstance(target, Target)
        return target

    async def permitted(self, action: str, resource: str) -> Principal:
        """Who asks, when this server lets them. Raises what its login and authorizer do."""
        if bearer(self) is not None:
            raise Unauthenticated(
                "this server passes requests on to a team store, by its own login",
                f"Send the token to the store itself: {self._target.address.url}",
            )
        principal = await self.principal()
        await self.authorise(action, f"terrarium:{resource}")
        return principal

    async def forward(self, *, collect: bool = False) -> bytes | None:
        """Ask the store what this handler was asked, and pass on what it answers.

        With *collect* a good answer is not passed on but returned. Raises :class:`StoreAway`,
        :class:`Forbidden` when the store does not know the visitor.
        """
        passing = Passing(self, collect)
        body = self.request.body or (
            None if self.request.method in ("GET", "HEAD", "DELETE") else b""
        )
        await self._fetch(
            passing,
            body=body,
            request_timeout=self.answer_seconds,
            streaming_callback=passing.chunk,
        )
        return passing.end()

    async def ask(self, body: Send) -> tuple[Passing, bytes]:
        """Ask the store like :meth:`forward`, and give what it answers, which is small.

        *body* writes what is sent, if the store wants it.
        """
        passing = Passing(self, collect=False)
        length = self.request.headers.get("Content-Length")
        answer = await self._fetch(
            passing,
            body_producer=body,
            expect_100_continue=True,
            request_timeout=TRANSFER_SECONDS,
            more={} if length is None else {"Content-Length": length},
        )
        return passing, answer.body

    async def _fetch(
        self, passing: Passing, *, more: Mapping[str, str] | None = None, **how: Any
    ) -> HTTPResponse:
        headers = self._sent_headers()
        headers.update(more or {})
        request = HTTPRequest(
            self._url(),
            method=self.request.method or "GET",
            headers=headers,
            allow_nonstandard_methods=True,
            follow_redirects=False,
            decompress_response=False,
            connect_timeout=_CONNECT_SECONDS,
            header_callback=passing.header,
            **how,
        )
        try:
            answer = await self._target.client.fetch(request, raise_error=False)
        except (HTTPClientError, OSError) as error:
            raise self._target.away(_words(error)) from None
        if answer.code == 599:
            raise self._target.away(_words(answer.error))
        if answer.code == 401:
            raise Forbidden(
                "the team store does not know you",
                "Log in again. If that does not help, the administrator of the hub must let the "
                "tokens of its servers use the store (see the store's log).",
            )
        if passing.foreign:
            # A proxy speaks for a store that is not there; its page is not for a client of the API.
            raise self._target.away(f"{answer.code} {answer.reason}".lower())
        return answer

    def _url(self) -> str:
        prefix = self.api.base_path
        path = self.request.path[len(prefix) :]
        if any(unquote(part) in (".", "..") for part in path.split("/")):
            raise NotFound("there is no such thing")
        query = urlencode(
            [
                (name, value)
                for name, values in self.request.query_arguments.items()
                if name not in _OWN_ARGUMENTS
                for value in values
            ]
        )
        return self._target.address.base + path + ("?" + query if query else "")

    def _sent_headers(self) -> HTTPHeaders:
        headers = HTTPHeaders({"Accept": "*/*"})
        for name in _PASSED_ON:
            if name in self.request.headers:
                headers[name] = self.request.headers[name]
        token = visitor_token(self._target.address, self)
        if token:
            headers["Authorization"] = f"token {token}"
        return headers

    async def lend(self, principal: Principal) -> None:
        """Kernels that the store lends: the same ones in this session."""
        answer = await self.forward(collect=True)
        if answer is not None:
            lent = ShareUse.model_validate_json(answer)
            await self.opened()
            found = await self.run(self.services.local.lend, principal, lent)
            self.send(found.model_dump_json().encode(), "application/json")

    async def status(self) -> None:
        """The store's status, with what is this server's: its program, its shell."""
        answer = await self.forward(collect=True)
        if answer is None:
            return
        status = read_status(answer, self._target.address)
        status.version = __version__
        status.store = self._target.address.url
        status.shell_command = shell_command(self._target.root)
        self.send(status.model_dump_json().encode(), "application/json")


class Passing:
    """Passes status, headers and body of an answer on, as they come."""

    def __init__(self, handler: ForwardingHandler, collect: bool) -> None:
        self._handler = handler
        self._collect = collect
        self._status = 0
        self._headers = HTTPHeaders()
        self._collected = b""
        self._begun = False

    def header(self, line: str) -> None:
        """A line of the head of the answer, the status line included."""
        line = line.rstrip("\r\n")
        if line.startswith("HTTP/"):
            self._status = parse_response_start_line(line).code
            self._headers = HTTPHeaders()
        elif line:
            self._headers.parse_line(line)

    @property
    def foreign(self) -> bool:
        """Whether the answer is an error that the API does not give: those are JSON."""
        media_type = self._headers.get("Content-Type", "")
        return self._status >= 300 and self._status != 304 and "json" not in media_type

    async def chunk(self, content: bytes) -> None:
        """Waits until the reader has taken what came before: a file may be large."""
        if self._status == 401 or self.foreign:
            return
        if self._collect and self._status == 200:
            self._collected += content
            return
        self._begin()
        self._handler.write(content)
        with contextlib.suppress(StreamClosedError):
            await self._handler.flush()

    def _begin(self) -> None:
        if self._begun:
            return
        self._begun = True
        self._handler.set_status(self._status)
        for name in _PASSED_BACK:
            if name in self._headers:
                self._handler.set_header(name, self._headers[name])
        if self._handler.request.method == "HEAD" and "Content-Length" in self._headers:
            self._handler.set_header("Content-Length", self._headers["Content-Length"])

    def end(self) -> bytes | None:
        """All has come; what was collected is not passed on but given back."""
        if self._collect and self._status == 200:
            return self._collected
        self._begin()
        if self._status in (204, 304):
            self._handler.finish()
            return None
        self._handler.send(b"", self._headers.get("Content-Type", "application/json"))
        return None


def _words(error: BaseException | None) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(getattr(error, "message", None) or error or "no answer").lower()
