"""HTTP to a Jupyter server, with the standard library: one request at a time, no redirects."""

from __future__ import annotations

import json
import shutil
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPResponse
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

from ..models.build_problem import ChannelUnreachable
from ..models.problem import InvalidRequest, Problem, TerrariumError, Unauthenticated
from ..models.told_problem import error_of

SECONDS = 60.0
_LAB_PAGES = ("lab", "tree", "notebooks", "doc", "login")
_LOCAL = ("localhost", "127.0.0.1", "::1")


class ServerUnreachable(ChannelUnreachable):
    """The server that ``--server`` names does not answer."""

    code = "server-unreachable"
    title = "The server does not answer"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Redirects are refused: the token must not reach an address that nobody named."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow none."""
        return


def base_url(url: str) -> str:
    """The server's base URL, with a slash at its end, from what a browser shows.

    Raises :class:`InvalidRequest`; a token in the URL is refused without being repeated.
    """
    parts = urlsplit(url if "//" in url else f"http://{url}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidRequest(
            "what follows --server is not a URL", "Write for example http://localhost:8888/."
        )
    if parts.password or parts.username or "token" in parse_qs(parts.query):
        raise InvalidRequest(
            "a token does not belong on the command line, where every user can read it",
            "Put it into the environment variable TERRARIUM_TOKEN, and leave it out of the URL.",
        )
    steps = parts.path.split("/")
    for page in _LAB_PAGES:
        if page in steps:
            steps = steps[: steps.index(page)]
    path = "/".join(steps).rstrip("/") + "/"
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


@dataclass(frozen=True)
class Connection:
    """A server and the token for it. ``base`` ends with a slash."""

    base: str
    token: str = field(repr=False)

    @property
    def exposes_token(self) -> bool:
        """Whether the token travels where others can read it."""
        parts = urlsplit(self.base)
        return bool(self.token) and parts.scheme == "http" and parts.hostname not in _LOCAL

    def request(
        self, method: str, path: str, body: object = None, *, seconds: float = SECONDS
    ) -> tuple[str, bytes]:
        """Media type and content of the answer.

        Raises the error that the server names, or :class:`ServerUnreachable`.
        """
        data = None if body is None else json.dumps(body).encode("utf-8")
        with self._opened(method, path, data, seconds) as answer:
            return answer.headers.get_content_type(), answer.read()

    def send(self, path: str, file: Path, *, seconds: float = SECONDS) -> tuple[str, bytes]:
        """``POST`` the content of *file* as it is read; media type and content of the answer.

        Raises what :meth:`request` raises.
        """
        size = str(file.stat().st_size)
        with (
            file.open("rb") as content,
            self._opened(
                "POST", path, content, seconds, "application/octet-stream", size
            ) as answer,
        ):
            return answer.headers.get_content_type(), answer.read()

    def save(self, path: str, target: Path, *, seconds: float = SECONDS) -> str:
        """Write what is at *path* to *target*; the file name that the answer suggests, if any.

        Raises what :meth:`request` raises, also when the answer breaks off.
        """
        with self._opened("GET", path, None, seconds) as answer, target.open("wb") as file:
            shutil.copyfileobj(answer, file, 1 << 20)
            expected = answer.headers.get("Content-Length")
            if expected is not None and file.tell() != int(expected):
                raise ServerUnreachable(
                    f"{self.base} broke off in the middle of the file", "Try again."
                )
            return str(answer.headers.get_filename() or "")

    @contextmanager
    def _opened(
        self,
        method: str,
        path: str,
        data: bytes | IO[bytes] | None,
        seconds: float,
        kind: str = "application/json",
        size: str | None = None,
    ) -> Iterator[HTTPResponse]:
        request = urllib.request.Request(self.base + path, data=data, method=method)
        request.add_header("Accept", "application/json, */*;q=0.1")
        if data is not None:
            request.add_header("Content-Type", kind)
        if size is not None:
            request.add_header("Content-Length", size)
        if self.token:
            request.add_header("Authorization", f"token {self.token}")
        opener = urllib.request.build_opener(_NoRedirects())
        try:
            with opener.open(request, timeout=seconds) as answer:
                yield answer
        except urllib.error.HTTPError as error:
            with error:
                raise self._error(error) from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            why = reason if isinstance(reason, ssl.SSLError) else _words(reason)
            raise ServerUnreachable(
                f"{self.base} does not answer: {why}",
                "Check the URL, and that the server runs.",
            ) from None

    def _error(self, answer: urllib.error.HTTPError) -> TerrariumError:
        described = answer.headers.get_content_type() == "application/problem+json"
        if described and answer.code != 401:
            return error_of(Problem.model_validate_json(answer.read()))
        if 300 <= answer.code < 400 or answer.code in (401, 403):
            return Unauthenticated(
                f"{self.base} wants a login (it answered {answer.code})",
                "Set the environment variable TERRARIUM_TOKEN to a token of this server.",
            )
        if answer.code == 404:
            return ServerUnreachable(
                f"there is no Terrarium at {self.base}",
                "Check the URL, and that jupyterlab-terrarium is installed and enabled there.",
            )
        return ServerUnreachable(
            f"{self.base} answered {answer.code} {answer.reason}", "Look into the server's log."
        )


def _words(reason: object) -> str:
    if isinstance(reason, TimeoutError):
        return "it took too long"
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror.lower()
    return str(reason)
