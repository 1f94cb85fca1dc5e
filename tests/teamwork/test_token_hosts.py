"""Tokens in a Jupyter server: beside its own login, which they neither weaken nor replace."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.http import Answer, Client
from support.servers import JupyterProcess

NEW = {"name": "by-token", "specification": "dependencies: [no-such-package-x]"}
BOGUS = "terrarium_" + "A" * 43


@pytest.fixture(scope="module")
def secret(strict: JupyterProcess) -> str:
    """A token with the scope build."""
    made = strict.client.post("tokens", {"scopes": ["build"]})
    assert made.status == 201, made.body
    return str(made.json["token"])


def with_token(client: Client, token: str) -> Client:
    return Client(client.url, token, client.headers)


def elsewhere(strict: JupyterProcess, path: str, token: str) -> Answer:
    return Client(strict.client.url.split("terrarium/")[0], token).get(path)


def test_a_token_works_without_an_xsrf_token(strict: JupyterProcess, secret: str) -> None:
    client = with_token(strict.client, secret)
    assert client.get("status").json["user"] == strict.client.get("status").json["user"]
    assert client.post("environments", NEW).status == 201
    assert client.post("tokens", {}).status == 403


def test_a_browser_s_request_without_the_xsrf_token_is_refused(cookies: Client) -> None:
    assert cookies.post("environments", NEW).status == 403


def test_a_wrong_token_is_no_way_round_the_xsrf_check(
    strict: JupyterProcess, cookies: Client
) -> None:
    client = with_token(cookies, BOGUS)
    assert client.get("status").status == 401
    assert client.post("environments", {**NEW, "name": "forged"}).status == 401
    assert strict.client.get("environments?filter=forged").json["total"] == 0


def test_a_token_with_cookies_is_no_more_than_the_token(cookies: Client, secret: str) -> None:
    client = with_token(cookies, secret)
    assert client.get("tokens").status == 403
    assert client.request("DELETE", "environments/x/x").status in (403, 404)


@pytest.mark.parametrize("path", ["api/contents", "api/kernels", "api/terminals", "api/sessions"])
def test_a_token_is_no_login_to_the_jupyter_server(
    strict: JupyterProcess, secret: str, path: str
) -> None:
    assert elsewhere(strict, path, secret).status == 403


def test_without_a_login_and_without_a_token_there_is_nothing(strict: JupyterProcess) -> None:
    assert strict.client.anonymous().get("status").status in (401, 403)


def test_no_token_is_written_into_the_log(
    strict: JupyterProcess, secret: str, tmp_path: Path
) -> None:
    with_token(strict.client, secret).get(f"status?token={secret}")
    with_token(strict.client, BOGUS).get("status")
    strict.client.get("status")
    log = strict.log.read_text()
    assert secret not in log
    assert BOGUS not in log
