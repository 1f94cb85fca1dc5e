"""What a Jupyter server loads for us before anybody has asked for anything."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine
from tornado.web import Application, ErrorHandler, RequestHandler

from jupyterlab_terrarium.api.late_routes import PREFIX, LateRoutes


def run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_extension_loads_no_database_no_solver_and_no_models() -> None:
    program = (
        "import sys, jupyter_server.serverapp\n"
        "before = set(sys.modules)\n"
        "import jupyterlab_terrarium.extension\n"
        "new = set(sys.modules) - before\n"
        "ours = {m for m in new if m.startswith('jupyterlab_terrarium.')}\n"
        "heavy = {'sqlalchemy', 'rattler', 'alembic', 'pydantic'}\n"
        "print(sorted(heavy & new), len(ours) < 10, sorted(m for m in ours if 'routes' in m))"
    )
    assert run(program) == "[] True ['jupyterlab_terrarium.api.late_routes']\n"


def test_no_validator_is_built_before_it_is_used_or_the_store_is_open() -> None:
    program = (
        "import jupyterlab_terrarium.api.routes\n"
        "from jupyterlab_terrarium.models import base\n"
        "found = list(base._below(base.BaseModel))\n"
        # Pydantic builds what is generic when it is given its parameters.
        "models = [m for m in found if not m.__pydantic_generic_metadata__['parameters']]\n"
        "print(len(models) > 100, [m.__name__ for m in models if m.__pydantic_complete__])\n"
        "base.complete()\n"
        "print([m.__name__ for m in models if not m.__pydantic_complete__])"
    )
    assert run(program) == "True []\n[]\n"


class Mine(RequestHandler):
    """A handler that is loaded late."""


def test_routes_are_loaded_once_with_the_first_request_that_is_ours() -> None:
    loaded = []

    def load() -> list[tuple[str, Any]]:
        loaded.append("now")
        return [(re.escape("/user/a+b/") + PREFIX + "things/(?P<thing>[^/]+)", Mine)]

    application = Application()
    LateRoutes(application, load).add_to("/user/a+b/")

    def answering(path: str) -> tuple[type[RequestHandler], dict[str, bytes]]:
        line = RequestStartLine("GET", path, "HTTP/1.1")
        headers = HTTPHeaders({"Host": "here"})
        found = application.find_handler(HTTPServerRequest(start_line=line, headers=headers))
        return found.handler_class, found.path_kwargs

    assert answering("/user/a+b/api")[0] is ErrorHandler
    assert loaded == []
    for _ in range(2):
        path = f"/user/a+b/{PREFIX}things/one"
        assert answering(path) == (Mine, {"thing": b"one"})
    assert answering(f"/user/a+b/{PREFIX}nothing")[0] is ErrorHandler
    assert loaded == ["now"]
