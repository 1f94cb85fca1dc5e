"""Routes that are loaded when the first of them is asked for, or before by whoever has the time.

Their handlers and models take a third of a second to load, which no server needs for its first
answer. Light: a starting server imports it.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

from tornado.httputil import HTTPMessageDelegate, HTTPServerRequest
from tornado.routing import RuleRouter
from tornado.web import Application

#: Below this path, after the base URL of the server, everything is ours.
PREFIX = "terrarium/api/v1/"


class LateRoutes(RuleRouter):
    """Stands for all routes below :data:`PREFIX`; *load* gives them. Thread-safe."""

    def __init__(self, application: Application, load: Callable[[], list[tuple[str, Any]]]) -> None:
        super().__init__()
        self._application = application
        self._load = load
        self._mutex = threading.Lock()
        self._loaded = False

    def add_to(self, base_url: str) -> None:
        """Answer all of our paths below *base_url*, which ends with a slash, on every host."""
        ours = re.escape(base_url + PREFIX) + ".*"
        # Tornado's own: that of jupyter_server looks at the verbs of handlers, and this is none.
        Application.add_handlers(self._application, ".*$", [(ours, self)])

    def load(self) -> None:
        """Have the routes, from now on."""
        with self._mutex:
            if not self._loaded:
                self.add_rules(self._load())
                self._loaded = True

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> HTTPMessageDelegate | None:
        """What answers the request; ``None`` for a path that is none of ours."""
        self.load()
        return super().find_handler(request)

    def get_target_delegate(
        self, target: Any, request: HTTPServerRequest, **target_params: Any
    ) -> HTTPMessageDelegate | None:
        """A handler of the application, made from the class that is the *target*."""
        return self._application.get_handler_delegate(request, target, **target_params)
