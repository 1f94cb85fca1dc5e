"""The application of a served store: the API, its health, and pages for people without Jupyter."""

from __future__ import annotations

import logging
import re
import time
from dataclasses import dataclass
from typing import Any

from tornado.web import Application, RequestHandler

from ..api.base import SETTING, ApiContext, as_json
from ..api.hosts import WHO, StandaloneHost, Who
from ..api.masking import mask_tokens
from ..api.plain import plain_routes
from ..api.routes import bound
from .requests import REQUESTS, Requests

_access = logging.getLogger("jupyterlab_terrarium.access")
# Any of them may be a secret.
_QUERY_VALUE = re.compile(r"([?&][^=&]*=)[^&]*")


class ServedHost(StandaloneHost):
    """The plain host, which also knows which requests are in progress."""

    def prepare(self) -> None:
        """The request has begun."""
        requests: Requests = self.settings[REQUESTS]
        requests.enter(self)

    def on_finish(self) -> None:
        """It has been answered."""
        self._leave()

    def on_connection_close(self) -> None:
        """Its client is gone."""
        self._leave()
        super().on_connection_close()

    def _leave(self) -> None:
        requests: Requests = self.settings[REQUESTS]
        requests.leave(self)


@dataclass(frozen=True)
class Pages:
    """Pages for browsers, and the host that also runs the API for them."""

    routes: list[tuple[str, type[RequestHandler]]]
    host: type[RequestHandler]
    settings: dict[str, Any]


class HealthHandler(RequestHandler):
    """Whether the store answers. Anybody may ask; nothing about its content is said."""

    def get(self) -> None:
        """200 when it does, 503 while it is being opened or when it cannot be."""
        context: ApiContext = self.settings[SETTING]
        state = "ready"
        if not context.opening.done():
            state = "opening"
        elif context.opening.exception() is not None:
            state = "unusable"
        self.set_status(200 if state == "ready" else 503)
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.finish(as_json({"status": state}))


def application(
    context: ApiContext,
    who: Who,
    base_url: str,
    requests: Requests,
    pages: Pages | None = None,
) -> Application:
    """Everything below *base_url*, which begins and ends with a slash; with *pages* of a hub."""
    settings: dict[str, Any] = {SETTING: context, WHO: who, REQUESTS: requests}
    if pages is not None:
        settings |= pages.settings
    return Application(
        [
            (re.escape(base_url) + "health", HealthHandler),
            *bound(base_url, ServedHost if pages is None else pages.host),
            *plain_routes(base_url),
            *([] if pages is None else pages.routes),
        ],
        log_function=_log_request,
        **settings,
    )


def masked(uri: str) -> str:
    """*uri* without what could be a secret: values of its query, tokens of share links."""
    return _QUERY_VALUE.sub(r"\1***", mask_tokens(uri))


def _log_request(handler: RequestHandler) -> None:
    if isinstance(handler, HealthHandler):
        return
    request = handler.request
    milliseconds = 1000 * (time.time() - request._start_time)
    level = logging.INFO if handler.get_status() < 500 else logging.ERROR
    _access.log(
        level,
        "%d %s %s %.0f ms",
        handler.get_status(),
        request.method,
        masked(request.uri or ""),
        milliseconds,
    )
