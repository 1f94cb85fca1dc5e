"""The store in a browser that is logged in at the hub; and as an external service (C1.1)."""

from __future__ import annotations

import stat
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from jupyterlab_terrarium.api.routes import PREFIX
from support.browser import Browser
from support.hub import Hub
from support.served import ServedProcess

PATH = "/services/terrarium/"


def page(hub: Hub) -> str:
    """The store's root, behind the hub's proxy."""
    return hub.url + PATH


@pytest.fixture(scope="module")
def anna(hub: Hub) -> Browser:
    """Anna's browser, which has come to the store and was sent to log in first."""
    browser = Browser()
    browser.go(page(hub))
    asked = unquote(unquote(browser.url))
    assert parse_qs(urlsplit(asked).query).get("code_challenge_method") or (
        "code_challenge_method=S256" in asked
    )
    answer = browser.log_in("anna")
    assert (answer.status, browser.url) == (200, page(hub))
    return browser


def test_whoever_logs_in_sees_who_they_are_and_where_to_go(hub: Hub, anna: Browser) -> None:
    answer = anna.go(page(hub))
    text = answer.body.decode()
    assert "You are <strong>anna</strong>" in text
    assert 'href="/hub/user-redirect/lab"' in text
    assert f'href="{PATH}{PREFIX}environments"' in text
    assert "<script" not in text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_page_s_programs_use_the_api_by_the_login_and_change_with_its_token_only(
    hub: Hub, anna: Browser
) -> None:
    api = page(hub) + PREFIX
    assert anna.ask("GET", api + "status").json["user"] == "anna"
    refused = anna.ask("POST", api + "namespaces", {"name": "by-page"})
    assert (refused.status, refused.json["code"]) == (403, "forbidden")
    assert "X-XSRFToken" in refused.json["hint"]
    assert anna.ask("POST", api + "namespaces", {"name": "by-page"}, "wrong").status == 403
    xsrf = anna.cookie("_xsrf", PATH)
    assert anna.ask("POST", api + "namespaces", {"name": "by-page"}, xsrf).status == 201
    # Another login's token is none of this one.
    berta = Browser()
    berta.go(page(hub))
    berta.log_in("berta")
    assert berta.ask("POST", api + "namespaces", {"name": "by-berta"}, xsrf).status == 403


def test_a_restart_of_the_store_logs_nobody_out(hub: Hub, anna: Browser) -> None:
    hub.end_store()
    hub.wait_for_store()
    assert anna.ask("GET", page(hub) + PREFIX + "status").json["user"] == "anna"
    secret = hub.store_root / "cookie-secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600


def test_after_the_logout_the_store_s_cookie_changes_nothing(hub: Hub) -> None:
    carla = Browser()
    carla.go(page(hub))
    carla.log_in("carla")
    xsrf = carla.cookie("_xsrf", PATH)
    api = page(hub) + PREFIX
    assert carla.ask("POST", api + "namespaces", {"name": "before"}, xsrf).status == 201
    # Somebody has copied every cookie while she was logged in.
    thief = Browser()
    for cookie in carla.cookies:
        thief.cookies.set_cookie(cookie)
    carla.go(f"{hub.url}/hub/logout")
    assert carla.ask("POST", api + "namespaces", {"name": "after"}, xsrf).status in (401, 403)
    assert thief.ask("POST", api + "namespaces", {"name": "after"}, xsrf).status == 401
    carla.go(page(hub))
    assert "/hub/login" in carla.url


def test_an_external_service_is_the_same_store_for_the_hub(hub: Hub, channel_url: str) -> None:
    service = hub.outside
    callback = str(service["oauth_redirect_uri"])
    own = callback.removesuffix("oauth_callback")
    store = ServedProcess(
        hub.home / "outside",
        channel_url,
        *("--port", str(urlsplit(own).port), "--without-sandbox"),
        variables={
            "JUPYTERHUB_API_TOKEN": str(service["api_token"]),
            "JUPYTERHUB_API_URL": f"{hub.url}/hub/api",
            "JUPYTERHUB_HOST": hub.url,
            "JUPYTERHUB_SERVICE_NAME": "outside",
            "JUPYTERHUB_SERVICE_PREFIX": "/",
            "JUPYTERHUB_CLIENT_ID": "service-outside",
            "JUPYTERHUB_OAUTH_CALLBACK_URL": callback,
        },
    ).start()
    try:
        browser = Browser()
        browser.go(own)
        browser.log_in("anna")
        assert browser.url == own
        assert b"You are <strong>anna</strong>" in browser.go(own).body
        assert browser.ask("GET", own + PREFIX + "status").json["user"] == "anna"
        assert browser.ask("POST", own + PREFIX + "namespaces", {"name": "x"}).status == 403
    finally:
        store.stop()
