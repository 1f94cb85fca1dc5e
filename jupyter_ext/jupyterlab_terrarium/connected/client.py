"""Requests to the team store from threads, in the name of this server's owner."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import SplitResult, quote, urlencode, urlsplit

from pydantic import BaseModel, TypeAdapter, ValidationError

from ..builds.store_files import connection_to, request_path
from ..models.away import StoreAway, StoreMismatch
from ..models.problem import Problem
from ..models.status import Status
from ..models.told_problem import error_of
from .address import StoreAddress
from .credentials import background_token
from .versions import read_status

M = TypeVar("M")
_SECONDS = 30.0
_MAX_BYTES = 256 * 1024 * 1024


class StoreClient:
    """Asks one store; each request has a connection of its own. Thread-safe."""

    def __init__(self, address: StoreAddress) -> None:
        self.address = address
        self._lock = threading.Lock()
        self._open: set[http.client.HTTPConnection] = set()
        self._closed = False

    def get(
        self,
        model: type[M],
        path: str,
        *names: str,
        query: Mapping[str, object] | None = None,
        seconds: float = _SECONDS,
    ) -> M:
        """The answer to ``GET path`` as *model*; ``{}`` in *path* stands for each of *names*.

        Raises the error that the store names, :class:`StoreAway`, :class:`StoreMismatch`.
        """
        content = self._get(
            path.format(*(quote(name, safe="") for name in names)), query or {}, seconds
        )
        try:
            return TypeAdapter(model).validate_json(content)
        except ValidationError:
            raise StoreMismatch(
                f"the team store at {self.address.url} answers what this server cannot read",
                "Install the same version of jupyterlab-terrarium at both.",
            ) from None

    def status(self) -> Status:
        """The store's status. Raises :class:`StoreMismatch` when it speaks another API."""
        return read_status(self._get("status", {}, _SECONDS), self.address)

    def close(self) -> None:
        """End what is being asked, and ask nothing more."""
        with self._lock:
            self._closed = True
            for connection in self._open:
                if connection.sock is not None:
                    with contextlib.suppress(OSError):
                        connection.sock.shutdown(socket.SHUT_RDWR)

    def _get(self, path: str, query: Mapping[str, object], seconds: float) -> bytes:
        parts = urlsplit(self.address.base + path + ("?" + urlencode(query) if query else ""))
        headers = {"Accept": "application/json", "Connection": "close"}
        token = background_token(self.address)
        if token:
            headers["Authorization"] = f"token {token}"
        connection = self._connection(parts, seconds)
        try:
            connection.request("GET", request_path(parts), None, headers)
            answer = connection.getresponse()
            content = answer.read(_MAX_BYTES)
        except (OSError, http.client.HTTPException) as error:
            raise StoreAway(
                f"the team store at {self.address.url} does not answer "
                f"({getattr(error, 'strerror', None) or error or type(error).__name__})",
                "Kernels that are on this machine work as before.",
            ) from None
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()
        if answer.status >= 300:
            raise self._error(answer.status, content)
        return content

    def _connection(self, parts: SplitResult, seconds: float) -> http.client.HTTPConnection:
        connection = connection_to(parts, self.address.unix, seconds)
        with self._lock:
            if self._closed:
                raise StoreAway("this server is ending")
            self._open.add(connection)
        return connection

    def _error(self, status: int, content: bytes) -> Exception:
        try:
            return error_of(Problem.model_validate_json(content))
        except ValidationError:
            return StoreAway(
                f"the team store at {self.address.url} answered {status}",
                "Kernels that are on this machine work as before; look into the log of the store.",
            )


class Listed(BaseModel):
    """What the mirror needs of a row of the list of environments."""

    id: str
    namespace: str
    name: str
    current: int | None = None
    recommended: bool = False
