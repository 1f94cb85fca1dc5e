"""Artifacts as people get them: by REST and shell, from the pool that builds."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

from jupyterlab_terrarium.artifacts.form import TextForm
from jupyterlab_terrarium.artifacts.forms import FORMS
from jupyterlab_terrarium.services.opening import OpenStore
from support.builds import ANNA
from support.http import Answer, Client
from support.servers import StandaloneServer

NAME, PLATFORM = "data", "linux-64"

V = f"environments/anna/{NAME}/versions/1/artifacts"
BUNDLE = f"{V}/offline-bundle"


@pytest.fixture(scope="module")
def client(built: OpenStore) -> Iterator[Client]:
    server = StandaloneServer(built.services, {"t-anna": "anna"}).start()
    yield server.client("t-anna")
    server.stop()


def form_of(client: Client, name: str) -> dict[str, Any]:
    return next(one for one in client.get(V).json["items"] if one["form"] == name)


def made(client: Client, path: str = BUNDLE, seconds: float = 60.0) -> dict[str, Any]:
    """What was made, once it is."""
    asked = client.post(path)
    assert asked.status == 202, asked.body
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        [found] = [
            one
            for one in form_of(client, path.rpartition("/")[2])["artifacts"]
            if one["id"] == asked.json["id"]
        ]
        if found["state"] not in ("queued", "making"):
            return dict(found)
        time.sleep(0.05)
    raise AssertionError(found)


def ranged(client: Client, path: str, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Client(client.url, client.token, named).get(path)


@pytest.mark.parametrize("name", [name for name, form in FORMS.items() if form.needs == "text"])
def test_a_text_is_there_at_once_and_equal_each_time(client: Client, name: str) -> None:
    first = client.get(f"{V}/{name}")
    if name == "kernelspec":
        # This environment has no kernel.
        assert (first.status, first.json["code"]) == (422, "form-impossible")
        return
    assert first.status == 200, first.body
    assert first.headers["etag"] == f'"{hashlib.sha256(first.body).hexdigest()}"'
    assert re.match(
        r'attachment; filename="(pylock\.)?data-1', first.headers["content-disposition"]
    )
    assert client.get(f"{V}/{name}").body == first.body
    assert client.post(f"{V}/{name}").status == 409


def test_who_has_a_form_is_not_sent_it_again(client: Client) -> None:
    whole = client.get(f"{V}/explicit")
    tag = whole.headers["etag"]
    again = ranged(client, f"{V}/explicit", If_None_Match=f'W/"x", {tag}')
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert ranged(client, f"{V}/explicit", If_None_Match='"other"').body == whole.body


@pytest.mark.parametrize(
    ("asked", "status", "start", "stop"),
    [
        ("bytes=0-9", 206, 0, 10),
        ("bytes=10-", 206, 10, None),
        ("bytes=-7", 206, -7, None),
        ("bytes=5-99999999", 206, 5, None),
        ("bytes=0-0,5-6", 200, 0, None),
        ("lines=1-2", 200, 0, None),
        ("bytes=9-2", 200, 0, None),
    ],
)
def test_a_part_is_sent_to_who_asks_for_one(
    client: Client, asked: str, status: int, start: int, stop: int | None
) -> None:
    whole = client.get(f"{V}/explicit").body
    answer = ranged(client, f"{V}/explicit", Range=asked)
    assert (answer.status, answer.body) == (status, whole[start:stop])
    if status == 206:
        first = start % len(whole)
        place = f"bytes {first}-{first + len(answer.body) - 1}/{len(whole)}"
        assert answer.headers["content-range"] == place


def test_a_part_that_is_not_there_is_refused(client: Client) -> None:
    size = len(client.get(f"{V}/explicit").body)
    answer = ranged(client, f"{V}/explicit", Range="bytes=99999999-")
    assert (answer.status, answer.json["code"]) == (416, "range-not-satisfiable")
    assert answer.headers["content-range"] == f"bytes */{size}"
    # The problem is not the file.
    assert not {"etag", "content-disposition"} & set(answer.headers)


def test_who_asks_for_the_head_gets_size_and_tag_only(client: Client) -> None:
    whole = client.get(f"{V}/explicit")
    answer = client.request("HEAD", f"{V}/explicit")
    assert (answer.status, answer.body) == (200, b"")
    for name in ("etag", "content-length", "content-disposition", "accept-ranges"):
        assert answer.headers[name] == whole.headers[name]
    assert client.request("HEAD", f"{V}/nosuch").status == 404
    assert client.anonymous().request("HEAD", f"{V}/explicit").status == 401


def test_a_file_that_changed_meanwhile_is_sent_whole(client: Client) -> None:
    whole = client.get(f"{V}/explicit")
    headers = {"Range": "bytes=4-", "If_Range": whole.headers["etag"]}
    assert ranged(client, f"{V}/explicit", **headers).body == whole.body[4:]
    headers["If_Range"] = '"another"'
    assert ranged(client, f"{V}/explicit", **headers).body == whole.body


def test_a_form_is_made_in_the_pool_told_of_and_kept(client: Client, built: OpenStore) -> None:
    before = built.services.status.show(ANNA).last_event
    assert client.get(BUNDLE).status == 404
    artifact = made(client)
    assert artifact["state"] == "ready", artifact
    assert (artifact["platform"], artifact["requested_by"]) == (PLATFORM, "anna")
    events = client.get(f"events?after={before}").json["events"]
    states = [one["data"]["state"] for one in events if one["kind"] == "artifact-changed"]
    assert (states[0], states[-1]) == ("queued", "ready")
    got = client.get(BUNDLE)
    assert hashlib.sha256(got.body).hexdigest() == artifact["sha256"]
    assert len(got.body) == artifact["size"]
    half = ranged(client, BUNDLE, Range=f"bytes={len(got.body) // 2}-")
    assert half.body == got.body[len(got.body) // 2 :]
    assert client.post(BUNDLE).json["id"] == artifact["id"]
    assert form_of(client, "offline-bundle")["platforms"] == ["linux-64", "osx-arm64"]


def test_what_is_made_again_has_the_same_bytes(client: Client, built: OpenStore) -> None:
    first = made(client)
    built.layout.blob(first["sha256"]).unlink()
    assert first["id"] not in [one["id"] for one in form_of(client, "offline-bundle")["artifacts"]]
    assert client.get(BUNDLE).status == 404
    assert made(client)["sha256"] == first["sha256"]
    assert client.get(BUNDLE).status == 200


def test_another_platform_is_made_on_this_server(client: Client) -> None:
    query = "?platform=osx-arm64"
    asked = client.post(BUNDLE, {"platform": "osx-arm64"})
    assert asked.json["platform"] == "osx-arm64"
    end = time.monotonic() + 60
    while client.get(BUNDLE + query).status == 409 and time.monotonic() < end:
        time.sleep(0.05)
    got = client.get(BUNDLE + query)
    assert got.status == 200 and "osx-arm64" in got.headers["content-disposition"]


@pytest.mark.parametrize(
    ("path", "body", "status", "word"),
    [
        (f"{V}/no-such-form", {}, 404, "There are environment-yaml"),
        (BUNDLE, {"platform": "win-64"}, 404, "locked for"),
        (BUNDLE, {"options": {"no": "such"}}, 400, "no options"),
        (BUNDLE, {"options": {"a": "x" * 5000}}, 400, "characters"),
        (f"{V}/archive-zst", {"options": {"path": "/a b"}}, 400, "as an absolute path"),
        (f"{V}/oci-image", {"options": {"compression": "rar"}}, 400, "It is 'gzip' or 'zstd'"),
        (f"{V}/oci-image", {"options": {"bas": "x"}}, 400, "path, compression, base"),
        (BUNDLE, {"platform": "x" * 41}, 400, "platform"),
        (BUNDLE, [], 400, ""),
    ],
)
def test_what_cannot_be_made_is_refused_in_words(
    client: Client, path: str, body: object, status: int, word: str
) -> None:
    answer = client.post(path, body)
    assert answer.status == status, answer.body
    assert word in answer.json["detail"] + answer.json["hint"]


def test_options_in_a_query_are_an_object(client: Client) -> None:
    for options in ("[1]", "{", "null"):
        assert client.get(f"{V}/explicit?options={options}").status == 400


def test_no_form_tells_of_this_store_or_a_secret(client: Client, built: OpenStore) -> None:
    """What is no URL of the lock: paths of the store, who built it."""
    for name, form in FORMS.items():
        if isinstance(form, TextForm):
            text = client.get(f"{V}/{name}").body.decode()
            assert str(built.layout.root) not in text, name
