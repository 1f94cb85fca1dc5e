"""The routes of the API on a connected server: the very same ones, each passed on."""

from __future__ import annotations

from typing import Any

from ..api.base import TerrariumHandler
from ..api.hosts import JupyterHost, bind
from ..api.operation import OPERATION, Operation
from ..api.routes import BUNDLES, LOCAL, PACKAGE_FILE, ROUTES, pattern
from ..models.problem import TerrariumError
from ..models.share import ShareUse
from .forward import TRANSFER_SECONDS, ForwardingHandler
from .upload import UploadForwarding


def forwarded(base_url: str) -> list[tuple[str, Any]]:
    """The routes of the API that are passed on, for the Jupyter server's application."""
    return [
        (pattern(base_url, path), _forwarding(path, handler))
        for path, handler in ROUTES
        if not path.startswith(LOCAL) and path != PACKAGE_FILE
    ]


def _forwarding(path: str, handler: type[TerrariumHandler]) -> type[Any]:
    members: dict[str, Any] = {"_track_activity": getattr(handler, "_track_activity", True)}
    for method, described in handler.operations().items():
        members[method] = _verb(described, path)
    if "head" in vars(handler):
        # Whoever asks for a file first asks how large it is; and it may take its time.
        members["head"] = members["get"]
        members["answer_seconds"] = TRANSFER_SECONDS
    base = UploadForwarding if path == BUNDLES else ForwardingHandler
    return bind(type(handler.__name__ + "Forwarding", (base,), members), JupyterHost)


def _verb(described: Operation, path: str) -> Any:
    async def verb(self: ForwardingHandler, **_: str) -> None:
        try:
            principal = await self.permitted(described.action, described.resource)
            if path == "status":
                await self.status()
            elif described.response is ShareUse:
                await self.lend(principal)
            else:
                await self.forward()
        except TerrariumError as error:
            if not self._headers_written:
                self.answer_problem(error.problem())

    setattr(verb, OPERATION, described)
    return verb
