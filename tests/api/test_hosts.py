"""What jupyter_server's authorizer and identity provider say counts (A4.3, A7.3)."""

from __future__ import annotations

import getpass
import re
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from jupyterlab_terrarium.api.routes import ROUTES
from jupyterlab_terrarium.models.names import suggest_name
from support.http import Client
from support.servers import JupyterProcess


@pytest.fixture(scope="module")
def read_only(tmp_path_factory: pytest.TempPathFactory, channel_url: str) -> JupyterProcess:
    home = tmp_path_factory.mktemp("read-only")
    server = JupyterProcess(
        home,
        home / "store",
        channel_url,
        "--ServerApp.authorizer_class=support.hosts_for_tests.ReadOnlyAuthorizer",
    )
    yield server.start()
    server.stop()


@pytest.mark.parametrize(
    ("method", "path"),
    [(method, path) for path, handler in ROUTES for method in handler.operations()],
)
def test_the_authorizer_is_asked_with_action_and_resource(
    read_only: JupyterProcess, method: str, path: str
) -> None:
    handler = dict(ROUTES)[path]
    described = handler.operations()[method]
    url = re.sub(r"\{\w+\}", "x", path)
    answer = read_only.client.request(method.upper(), url, {} if method != "get" else None)
    asked = f"asked: {described.action} terrarium:{described.resource}"
    assert asked in read_only.log.read_text()
    assert (answer.status == 403) == (described.action != "read")
    assert (described.action == "read") == (method == "get")


def test_a_plain_server_knows_the_user_of_the_operating_system(
    jupyter_server: JupyterProcess,
) -> None:
    status = jupyter_server.client.get("status").json
    assert status["user"] == getpass.getuser()
    assert status["namespace"] == suggest_name(getpass.getuser())
    assert jupyter_server.client.get("status").json["user"] == status["user"]


def test_users_of_an_identity_provider_have_their_own_namespaces(
    tmp_path: Path, channel_url: str
) -> None:
    server = JupyterProcess(
        tmp_path,
        tmp_path / "store",
        channel_url,
        "--ServerApp.identity_provider_class=support.hosts_for_tests.HeaderIdentity",
    )
    server.start(ready=401)
    try:

        def get(user: str, path: str) -> bytes:
            request = urllib.request.Request(server.client.url + path, headers={"X-User": user})
            with urllib.request.urlopen(request, timeout=20) as answer:
                return bytes(answer.read())

        assert b'"namespace":"anna"' in get("Anna", "status")
        assert b'"namespace":"berta"' in get("berta", "status")
        assert b'"total":1' in get("Anna", "namespaces")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            get("Anna", "environments?namespace=berta")
    finally:
        server.stop()


def test_an_unusable_root_is_said_in_words(tmp_path: Path, channel_url: str) -> None:
    (tmp_path / "file").write_text("x")
    server = JupyterProcess(tmp_path / "home", tmp_path / "file" / "store", channel_url)
    server.start(ready=503)
    try:
        answer = server.client.get("environments")
        assert answer.status == 503
        assert answer.json["code"] == "store-unusable"
        assert "cannot be written" in answer.json["detail"]
        assert "TerrariumSettings.root" in answer.json["hint"]
        assert "cannot be written" in server.log.read_text()
    finally:
        server.stop()


def test_a_browser_session_needs_the_xsrf_cookie(jupyter_server: JupyterProcess) -> None:
    client: Client = jupyter_server.client
    login = client.url.split("/terrarium/")[0] + f"/?token={client.token}"
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    opener.open(login, timeout=20).read()
    body = b'{"specification": "dependencies: [zlib]", "name": "xsrf"}'
    request = urllib.request.Request(client.url + "environments", data=body, method="POST")
    with pytest.raises(urllib.error.HTTPError) as caught:
        opener.open(request, timeout=20)
    assert caught.value.code == 403
    assert b"_xsrf" in caught.value.read()
    assert client.get("environments?filter=xsrf").json["total"] == 0
    assert opener.open(client.url + "status", timeout=20).status == 200
