"""Links from elsewhere and recipes: shown as a card, validated, built on request (C3.5)."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping

import pytest
from share_help import Person

from jupyterlab_terrarium.conda.explicit import explicit_file
from jupyterlab_terrarium.conda.pixi_lock import write_pixi_lock
from jupyterlab_terrarium.models.digest import lock_digest
from jupyterlab_terrarium.models.environment import EnvironmentCreate
from jupyterlab_terrarium.models.problem import InvalidRequest, LinkUnreachable, TerrariumError
from jupyterlab_terrarium.models.recipe import MAX_PAYLOAD, Recipe, pack, unpack
from jupyterlab_terrarium.services.foreign_links import ForeignLinkService
from jupyterlab_terrarium.services.opening import OpenStore
from support.builds import ANNA
from support.servers import StandaloneServer

STORE = "https://store.example"


class Files:
    """In place of the network: what each address answers."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts

    def text(self, url: str) -> str:
        """What *url* answers."""
        if url not in self.texts:
            raise LinkUnreachable(f"nothing at {url}")
        return self.texts[url]


def service(store: OpenStore, texts: Mapping[str, str]) -> ForeignLinkService:
    return ForeignLinkService(store.context, store.services.versions, Files(texts))


def payload(text: bytes) -> str:
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    raw = compressor.compress(text) + compressor.flush()
    return "1." + base64.urlsafe_b64encode(raw).decode().rstrip("=")


def test_a_link_of_another_store_shows_its_card_and_gives_the_same_digest(
    lending_store: OpenStore, server: StandaloneServer, anna: Person
) -> None:
    token = anna.share(note="hello")["token"]
    plain = server.plain()
    texts = {
        f"{STORE}/x/s/{token}/{file}": plain.get(f"s/{token}/{file}").body.decode()
        for file in ("card.json", "conda-lock.yml")
    }
    found = service(lending_store, texts).open(f" {STORE}/x/s/{token}/ ")
    assert (found.card.name, found.card.note, found.origin) == ("data", "hello", STORE)
    assert found.card.ready
    made = lending_store.services.environments.create(
        ANNA, EnvironmentCreate(name="fetched", lockfile=found.lockfile)
    )
    assert made.latest_version.lock_digest == found.card.lock_digest
    assert made.latest_version.lock_digest == anna.card(token).json["lock_digest"]


def test_the_card_of_another_store_is_not_believed_where_the_lock_knows(
    lending_store: OpenStore, server: StandaloneServer, anna: Person
) -> None:
    token = anna.share()["token"]
    lock = server.plain().get(f"s/{token}/conda-lock.yml").body.decode()
    lie = {"name": "../Evil Name", "rights": "view", "here": False, "ready": False}
    lie |= {"lock_digest": "0" * 64, "package_count": 99_999}
    texts = {f"{STORE}/s/{token}/card.json": json.dumps(lie)}
    texts[f"{STORE}/s/{token}/conda-lock.yml"] = lock
    card = service(lending_store, texts).open(f"{STORE}/s/{token}").card
    assert card.name == "evil-name"
    assert card.lock_digest == anna.card(token).json["lock_digest"]
    assert card.package_count == 1


@pytest.mark.parametrize("answer", ["", "[]", "<html>", '{"name": 1}'])
def test_an_answer_that_is_no_card_is_refused(lending_store: OpenStore, answer: str) -> None:
    token = "x" * 32
    with pytest.raises(LinkUnreachable, match="no card"):
        service(lending_store, {f"{STORE}/s/{token}/card.json": answer}).open(f"{STORE}/s/{token}")


def test_the_address_of_a_file_is_enough(lending_store: OpenStore) -> None:
    text = "name: maps\ndependencies: [python, terrarium-data =1]\n"
    found = service(lending_store, {f"{STORE}/a/environment.yml": text}).open(
        f"{STORE}/a/environment.yml"
    )
    assert found.specification == text
    assert [one.name for one in found.card.packages] == ["python", "terrarium-data"]


def test_the_address_of_a_lockfile_of_another_program_is_enough(
    lending_store: OpenStore,
) -> None:
    versions = lending_store.services.versions
    lock = versions.lock(ANNA, "anna", "data", "1")
    for name, text in (
        ("pixi.lock", write_pixi_lock(lock)),
        ("explicit.txt", explicit_file(lock, "linux-64")),
    ):
        found = service(lending_store, {f"{STORE}/a/{name}": text}).open(f"{STORE}/a/{name}")
        assert found.lockfile == text
        assert found.card.lock_digest == lock_digest(lock)


@pytest.mark.parametrize(
    "link",
    [
        "",
        "hello",
        f"{STORE}/",
        f"{STORE}/s/short",
        f"{STORE}/lab?terrarium-share-token=" + "x" * 32,
        "javascript:alert(1)",
        "file:///etc/passwd.yml",
    ],
)
def test_what_is_no_link_is_refused_in_words(lending_store: OpenStore, link: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        service(lending_store, {}).open(link)
    assert caught.value.hint


def test_a_recipe_travels_in_its_link(anna: Person, berta: Person) -> None:
    packed = anna.client.get("environments/anna/data/versions/1/recipe").json["payload"]
    assert len(packed) <= MAX_PAYLOAD
    assert berta.client.get("environments/anna/data/versions/1/recipe").status == 404
    digest = anna.client.get("environments/anna/data/versions/1").json["lock_digest"]
    for link in (packed, f"https://laptop.example/lab?terrarium-recipe={packed}"):
        found = berta.client.post("foreign-links", {"link": link}).json
        assert found["card"]["name"] == "data"
        assert found["card"]["lock_digest"] == digest
        assert "terrarium-data =1" in found["specification"]
        assert found["origin"] == ""


def test_a_recipe_that_is_too_large_is_refused(anna: Person) -> None:
    import random

    letters = random.Random(1)
    noise = "".join(letters.choice("abcdefghijklmnop") for _ in range(6000))
    with pytest.raises(TerrariumError, match="when compressed"):
        pack(Recipe(name="x", specification=f"# {noise}\ndependencies: [python]\n"))


@pytest.mark.parametrize(
    "evil",
    [
        "1.",
        "1.!!!!",
        "2.AAAA",
        "1." + "A" * 2000,
        payload(b"not json"),
        payload(b"[]"),
        payload(b'{"name": "x"}'),
        payload(b'{"name": "../x", "specification": ""}'),
        payload(b'{"name": "x", "specification": "", "extra": 1}'),
        payload(b'{"name": "x", "specification": "", "digest": "zz"}'),
        payload(b"\xff\xfe"),
        payload(b"a" * 1_000_000),
        payload(b'{"name": "x", "specification": ""}')[:-3],
    ],
)
def test_a_hostile_recipe_is_refused(evil: str) -> None:
    with pytest.raises(InvalidRequest):
        unpack(evil)


def test_a_recipe_with_a_credential_is_refused(berta: Person) -> None:
    text = "dependencies: [python]\nchannels: ['https://u:p@host.example/c']\n"
    evil = payload(json.dumps({"name": "x", "specification": text}).encode())
    answer = berta.client.post("foreign-links", {"link": evil})
    assert (answer.status, answer.json["code"]) == (422, "secret-in-url")
    assert "u:p" not in answer.body.decode()
