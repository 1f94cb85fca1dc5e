"""Links that give further forms: those that their maker has named, and no others (D1.2)."""

from __future__ import annotations

import hashlib
import time
from typing import Any

import pytest
from share_help import Person

from jupyterlab_terrarium.builds.cleanup_artifacts import UnusedArtifacts
from jupyterlab_terrarium.services.opening import OpenStore
from support.builds import DATA, create, next_version
from support.http import Answer
from support.servers import StandaloneServer
from support.waiting import soon

FORM = "offline-bundle"


def made_card(person: Person, token: str) -> Any:
    """The card, when what it gives was made."""
    end = time.monotonic() + 60
    while True:
        card = person.card(token).json
        if all(form["ready"] for form in card["forms"]) or time.monotonic() > end:
            return card
        time.sleep(0.05)


def form(person: Person, token: str, name: str, query: str = "") -> Answer:
    return person.with_token(token).get(f"shared-link/artifacts/{name}{query}")


def test_a_link_gives_the_forms_that_its_maker_has_named(
    server: StandaloneServer, anna: Person, berta: Person
) -> None:
    link = anna.share(forms=[FORM, "spdx"], rights="view")
    token = link["token"]
    assert link["forms"] == [FORM, "spdx"]
    shown = {one["form"]: one for one in made_card(berta, token)["forms"]}
    assert set(shown) == {FORM, "spdx"} and shown[FORM]["ready"]
    got = form(berta, token, FORM)
    assert got.status == 200 and len(got.body) == shown[FORM]["size"]
    assert shown[FORM]["file_name"] in got.headers["content-disposition"]
    assert form(berta, token, "spdx").status == 200
    # The same without a login, on the plain page.
    plain = server.plain()
    assert f"/s/{token}/artifacts/{FORM}" in plain.get(f"s/{token}").body.decode()
    same = plain.get(f"s/{token}/artifacts/{FORM}")
    assert same.status == 200
    assert hashlib.sha256(same.body).digest() == hashlib.sha256(got.body).digest()
    assert same.headers["referrer-policy"] == "no-referrer"
    head = plain.request("HEAD", f"s/{token}/artifacts/{FORM}")
    assert (head.status, head.headers["etag"]) == (200, same.headers["etag"])


@pytest.mark.parametrize("name", ["explicit", "archive-zst", "no-such-form"])
def test_it_gives_no_others(
    server: StandaloneServer, anna: Person, berta: Person, name: str
) -> None:
    token = anna.share(forms=["spdx"])["token"]
    assert form(berta, token, name).status == 404
    assert server.plain().get(f"s/{token}/artifacts/{name}").status == 404


def test_a_dead_link_gives_nothing(server: StandaloneServer, anna: Person, berta: Person) -> None:
    link = anna.share(forms=["spdx"])
    anna.client.request("DELETE", f"shares/{link['id']}")
    assert form(berta, link["token"], "spdx").json["code"] == "share-dead"
    assert server.plain().get(f"s/{link['token']}/artifacts/spdx").status == 404


def test_a_link_for_some_gives_it_to_no_others(
    server: StandaloneServer, anna: Person, berta: Person, carl: Person
) -> None:
    token = anna.share(forms=["spdx"], subjects=["user:berta"])["token"]
    assert form(berta, token, "spdx").status == 200
    assert form(carl, token, "spdx").status == 404
    assert server.plain().get(f"s/{token}/artifacts/spdx").status == 404


def test_a_form_that_cannot_be_made_makes_no_link(anna: Person) -> None:
    path = "environments/anna/data/shares"
    before = anna.client.get(path).json["total"]
    answer = anna.client.post(path, {"forms": ["no-such-form"]})
    assert answer.status == 404 and "There are" in answer.json["hint"]
    assert anna.client.post(path, {"forms": ["../x"]}).status == 400
    assert anna.client.get(path).json["total"] == before


def test_a_link_to_what_is_current_gives_the_forms_of_the_next_version_too(
    server: StandaloneServer, lending_store: OpenStore, anna: Person, berta: Person
) -> None:
    assert create(lending_store, DATA.format(pin=" =1"), name="moving").problem is None
    shares = "environments/anna/moving/shares"
    made = anna.client.post(shares, {"forms": [FORM], "rights": "view"})
    token = made.json["token"]
    [first] = made_card(berta, token)["forms"]
    next_version(lending_store, "moving", DATA.format(pin=" =2"))
    assert soon(lambda: berta.card(token).json["forms"][0]["file_name"] != first["file_name"])
    [second] = made_card(berta, token)["forms"]
    assert second["ready"]
    assert form(berta, token, FORM).status == 200


def test_clean_up_leaves_what_a_link_gives(
    lending_store: OpenStore, anna: Person, berta: Person
) -> None:
    link = anna.share(forms=[FORM])
    assert made_card(berta, link["token"])["forms"][0]["ready"]
    at_once = UnusedArtifacts(lending_store.layout, lending_store.database, days=-1)

    def unused() -> set[str]:
        with lending_store.database.read() as session:
            return {row.file_name for row in at_once.look(session)}

    name = berta.card(link["token"]).json["forms"][0]["file_name"]
    assert name not in unused()
    for one in anna.client.get("environments/anna/data/shares").json["items"]:
        anna.client.request("DELETE", f"shares/{one['id']}")
    assert name in unused()
