"""Package files from a team store, for a build on another machine whose channels do not help.

The store hands a file out under the rights of the version that it belongs to. It is written as it
comes, hashed, and compared with the lock by whoever asked, as everything that is fetched.
"""

from __future__ import annotations

import asyncio
import hashlib
import http.client
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from pydantic import ValidationError

from ..models.lock import CondaPackage, PipPackage
from ..models.problem import Problem
from .job import StoreFiles

_SECONDS = 60.0
_CHUNK = 1 << 20
_MAX_PROBLEM = 1 << 16


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__("store", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def connection_to(
    parts: SplitResult, unix: Path | None, seconds: float
) -> http.client.HTTPConnection:
    """A connection, not yet open, to the store at this URL or behind this Unix socket."""
    if unix is not None:
        return _UnixConnection(unix, seconds)
    if parts.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(parts.netloc, timeout=seconds, context=context)
    return http.client.HTTPConnection(parts.netloc, timeout=seconds)


def request_path(parts: SplitResult) -> str:
    """Path and query, as they stand in a request."""
    return parts._replace(scheme="", netloc="").geturl()


class TeamStoreFiles:
    """Asks one store for the files of one version."""

    def __init__(self, place: StoreFiles, log: Callable[[str], None]) -> None:
        self._place = place
        self._log = log

    async def __call__(
        self, package: CondaPackage | PipPackage, target: Path, on_bytes: Callable[[int], None]
    ) -> str | None:
        """The SHA-256 of what was written to *target*; ``None`` when the store has it not."""
        return await asyncio.to_thread(self._get, package, target, on_bytes)

    def _get(
        self, package: CondaPackage | PipPackage, target: Path, on_bytes: Callable[[int], None]
    ) -> str | None:
        parts = urlsplit(self._place.url + package.sha256)
        headers = {"Connection": "close"}
        if self._place.token:
            headers["Authorization"] = f"token {self._place.token}"
        connection = connection_to(parts, self._place.unix, _SECONDS)
        received = 0
        try:
            connection.request("GET", request_path(parts), None, headers)
            answer = connection.getresponse()
            if answer.status != 200:
                self._log(f"the team store gives no {package.file_name}: {_why(answer)}")
                return None
            digest = hashlib.sha256()
            with target.open("wb") as file:
                while chunk := answer.read(_CHUNK):
                    file.write(chunk)
                    digest.update(chunk)
                    received += len(chunk)
                    on_bytes(len(chunk))
            if answer.length:
                raise http.client.IncompleteRead(b"", answer.length)
            return digest.hexdigest()
        except (ConnectionError, TimeoutError, ssl.SSLError, http.client.HTTPException) as error:
            on_bytes(-received)
            self._log(f"the team store does not answer: {error or type(error).__name__}")
            return None
        finally:
            connection.close()


def _why(answer: http.client.HTTPResponse) -> str:
    try:
        problem = Problem.model_validate_json(answer.read(_MAX_PROBLEM))
    except ValidationError:
        return f"{answer.status} {answer.reason}"
    return " ".join(text for text in (problem.detail + ".", problem.hint) if text)
