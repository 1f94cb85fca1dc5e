"""Asking the API of a Jupyter server, as whoever holds the token."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ValidationError
from typing_extensions import Self

from .connection import SECONDS, Connection, ServerUnreachable, base_url

M = TypeVar("M", bound=BaseModel)
API = "terrarium/api/v1/"
# A solve or a repair may take as long as the server permits, which it knows and we do not.
LONG_SECONDS = 3600.0


class Asking:
    """Asks the API of one server."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @classmethod
    def from_environment(cls, url: str) -> Self:
        """The server at *url* with the token of ``TERRARIUM_TOKEN`` or ``JUPYTER_TOKEN``."""
        token = os.environ.get("TERRARIUM_TOKEN") or os.environ.get("JUPYTER_TOKEN") or ""
        connection = Connection(base_url(url), token)
        if connection.exposes_token:
            print("Warning: the token goes to this server unencrypted; use https.", file=sys.stderr)
        return cls(connection)

    def _text(
        self,
        method: str,
        steps: tuple[str, ...],
        query: Mapping[str, object] | None = None,
        body: BaseModel | None = None,
        seconds: float = SECONDS,
    ) -> tuple[str, bytes]:
        path = _path(steps, query or {})
        content = None if body is None else body.model_dump(mode="json")
        if body is None and method == "POST":
            content = {}
        return self._connection.request(method, path, content, seconds=seconds)

    def _save(self, steps: tuple[str, ...], query: Mapping[str, object], target: Path) -> str:
        """Write an answer to *target* as it comes; the file name that the server gives it."""
        return self._connection.save(_path(steps, query), target, seconds=LONG_SECONDS)

    def _ask(
        self,
        model: type[M],
        method: str,
        *steps: str,
        query: Mapping[str, object] | None = None,
        body: BaseModel | None = None,
        seconds: float = SECONDS,
    ) -> M:
        return self._understood(model, *self._text(method, steps, query, body, seconds))

    def _send(self, model: type[M], *steps: str, query: Mapping[str, object], file: Path) -> M:
        """``POST`` the content of *file* as it is read."""
        path = _path(steps, query)
        return self._understood(model, *self._connection.send(path, file, seconds=LONG_SECONDS))

    def _understood(self, model: type[M], kind: str, content: bytes) -> M:
        try:
            return model.model_validate_json(content)
        except ValidationError:
            raise ServerUnreachable(
                f"{self._connection.base} answered what this program does not understand ({kind})",
                "Check the URL, and that client and server have the same version.",
            ) from None


def _path(steps: tuple[str, ...], query: Mapping[str, object]) -> str:
    path = API + "/".join(quote(step, safe="") for step in steps)
    given = {key: _parameter(value) for key, value in query.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def _parameter(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
