"""Links for people without JupyterLab: a page without script, and files (C3.2, C3.4, C6.3)."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from share_help import Person

from jupyterlab_terrarium.api.masking import TokenFilter, mask_tokens
from jupyterlab_terrarium.models.share import ShareCreate
from jupyterlab_terrarium.services.artifacts import ArtifactService
from jupyterlab_terrarium.services.opening import OpenStore
from jupyterlab_terrarium.services.shares import ShareService
from jupyterlab_terrarium.services.versions import VersionService
from support.builds import ANNA
from support.http import Answer
from support.servers import StandaloneServer


def visit(server: StandaloneServer, path: str) -> Answer:
    """What somebody gets who is not logged in."""
    return server.plain().get(path)


def test_the_page_shows_the_card_and_the_commands(server: StandaloneServer, anna: Person) -> None:
    token = anna.share(note="for the course")["token"]
    answer = visit(server, f"s/{token}")
    text = answer.body.decode()
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "anna / data" in text
    assert "terrarium-data 2.0" in text
    assert "for the course" in text
    assert f"/s/{token}/explicit.txt" in text
    assert "<script" not in text


def test_a_store_that_knows_its_address_tells_the_page_of_a_link(
    lending_store: OpenStore,
) -> None:
    context = replace(lending_store.context, public_url="https://store.example/t")
    versions = VersionService(context)
    shares = ShareService(context, versions, ArtifactService(context, versions))
    made = shares.create(ANNA, "anna", "data", ShareCreate())
    assert made.page == f"https://store.example/t/s/{made.token}"
    some = shares.create(ANNA, "anna", "data", ShareCreate(max_uses=2))
    assert some.page is None


def test_the_page_loads_nothing_and_tells_nobody(server: StandaloneServer, anna: Person) -> None:
    headers = visit(server, f"s/{anna.share()['token']}").headers
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "script-src" not in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("environment.yml", "terrarium-data"),
        ("conda-lock.yml", "version: 1"),
        ("explicit.txt", "@EXPLICIT"),
        ("card.json", '"name":"data"'),
    ],
)
def test_a_suffix_gives_the_file_itself(
    server: StandaloneServer, anna: Person, file: str, words: str
) -> None:
    answer = visit(server, f"s/{anna.share()['token']}/{file}")
    assert answer.status == 200
    assert words in answer.body.decode()


@pytest.mark.parametrize("limits", [{"subjects": ["user:berta"]}, {"max_uses": 5}])
def test_links_that_are_not_for_everybody_have_no_page(
    server: StandaloneServer, anna: Person, limits: dict[str, object]
) -> None:
    token = anna.share(**limits)["token"]
    assert visit(server, f"s/{token}").status == 404
    assert visit(server, f"s/{token}/conda-lock.yml").status == 404


def test_a_dead_link_has_a_page_that_says_so(server: StandaloneServer, anna: Person) -> None:
    made = anna.share()
    anna.client.request("DELETE", f"shares/{made['id']}")
    revoked, guessed = visit(server, f"s/{made['token']}"), visit(server, "s/" + "x" * 32)
    assert revoked.status == guessed.status == 404
    assert revoked.body == guessed.body
    assert b"does not work" in revoked.body
    assert visit(server, f"s/{made['token']}/explicit.txt").status == 404


def test_what_people_wrote_is_shown_and_never_run(server: StandaloneServer, anna: Person) -> None:
    evil = '</title><script>alert(1)</script><img src=x onerror="alert(2)">'
    anna.client.request("PATCH", "environments/anna/other", {"title": evil, "description": evil})
    text = visit(server, f"s/{anna.share('other', note=evil)['token']}").body.decode()
    assert "<script" not in text
    assert "<img" not in text
    assert text.count("&lt;script&gt;") == 3


@pytest.mark.parametrize(
    "address",
    [
        "/s/{token}",
        "/s/{token}/conda-lock.yml?x=1",
        "/lab?terrarium-share-token={token}",
        "/login?next=%2Flab%3Fterrarium-share-token%3D{token}",
        "/hub/login?next=%252Flab%253Fterrarium-share-token%253D{token}%2526x",
    ],
)
def test_no_log_has_the_token(address: str) -> None:
    token = "q" * 32
    said = mask_tokens(address.format(token=token))
    assert token not in said
    assert "[secret]" in said
    record = logging.LogRecord("x", 20, "", 1, "302 GET %s", (address.format(token=token),), None)
    assert TokenFilter().filter(record)
    assert token not in record.getMessage()


def test_the_access_log_has_no_token(
    server: StandaloneServer, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    token = anna.share()["token"]
    with caplog.at_level(logging.INFO, "jupyterlab_terrarium.access"):
        visit(server, f"s/{token}/explicit.txt")
        anna.card(token)
        anna.use(token)
    assert "/s/[secret]/explicit.txt" in caplog.text
    assert token not in caplog.text
