"""Whom a store that is a service of a hub answers, by what the hub says of them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyterhub.services.auth import HubOAuth

from jupyterlab_terrarium.models.problem import Forbidden, StoreUnusable
from jupyterlab_terrarium.served.hub import Hub

SCOPE = "access:services!service=terrarium"


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    """The hub of a service called terrarium; nothing is asked of it."""
    HubOAuth.clear_instance()
    for name, value in {
        "JUPYTERHUB_API_TOKEN": "t",
        "JUPYTERHUB_SERVICE_NAME": "terrarium",
        "JUPYTERHUB_CLIENT_ID": "service-terrarium",
        "JUPYTERHUB_SERVICE_PREFIX": "/services/terrarium/",
    }.items():
        monkeypatch.setenv(name, value)
    yield Hub(tmp_path / "seen")
    HubOAuth.clear_instance()


def model(**changes: Any) -> dict[str, Any]:
    return {"kind": "user", "name": "anna", "groups": ["geo"], "scopes": [SCOPE], **changes}


def test_groups_of_the_hub_are_the_caller_s(service: Hub) -> None:
    found = service.permitted(model())
    assert found is not None
    assert (found.user, found.groups) == ("anna", frozenset({"geo"}))


def test_administrators_of_the_hub_are_the_store_s(service: Hub) -> None:
    for admin in (True, False):
        found = service.permitted(model(admin=admin))
        assert found is not None
        assert found.administrator is admin


def test_whoever_has_no_access_is_refused_and_the_lines_to_add_are_said_once(
    service: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    for _ in range(2):
        with pytest.raises(Forbidden, match="hub does not let you"):
            service.permitted(model(scopes=["self"]))
    assert caplog.text.count("c.JupyterHub.load_roles") == 1
    assert f'{{"name": "user", "scopes": ["self", "{SCOPE}"]}}' in caplog.text


def test_at_its_start_it_says_the_lines_until_somebody_has_had_access(
    service: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    service.check()
    assert "c.Spawner.server_token_scopes" in caplog.text
    caplog.clear()
    service.permitted(model())
    service.check()
    assert caplog.text == ""


def test_another_service_of_the_hub_is_nobody_here(service: Hub) -> None:
    assert service.permitted(model(kind="service")) is None


def test_nothing_is_cached_for_longer_than_half_a_minute(service: Hub) -> None:
    assert service.auth.cache_max_age <= 30


def test_a_service_without_a_token_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JUPYTERHUB_API_TOKEN", raising=False)
    with pytest.raises(StoreUnusable, match="JUPYTERHUB_API_TOKEN"):
        Hub(tmp_path / "seen")
