"""Bundles that are sent to a server: written to disk as they come, and gone when refused."""

from __future__ import annotations

import itertools
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from artifacts.conftest import MakeForm
from jupyterlab_terrarium.services import bundles
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from support.http import Client
from support.servers import JupyterProcess, StandaloneServer
from support.waiting import wait_for_build


@pytest.fixture(scope="module")
def bundle(make_form: MakeForm) -> Path:
    return make_form("offline-bundle")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, channel_url: str) -> Iterator[OpenStore]:
    root = tmp_path_factory.mktemp("receiving") / "store"
    opened = OpenStore(StoreOptions(root=root, default_channels=[channel_url]))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def server(store: OpenStore) -> Iterator[StandaloneServer]:
    started = StandaloneServer(store.services, {"t-anna": "anna", "t-berta": "berta"}).start()
    yield started
    started.stop()


def left(store: OpenStore) -> list[str]:
    """What lies in the directories of workers and was to go."""
    return [entry.name for entry in store.layout.workers.iterdir() if "import" in entry.name]


def nothing_is_left(store: OpenStore) -> bool:
    """Soon: it goes when the answer has been sent."""
    end = time.monotonic() + 20
    while left(store) and time.monotonic() < end:
        time.sleep(0.02)
    return left(store) == []


def test_a_bundle_that_is_sent_becomes_an_environment(
    server: StandaloneServer, store: OpenStore, bundle: Path
) -> None:
    client = server.client("t-anna")
    made = client.request("POST", "bundles?name=sent", raw=bundle.read_bytes())
    assert made.status == 201, made.body
    assert (made.json["namespace"], made.json["name"]) == ("anna", "sent")
    assert wait_for_build(client, made.json["build"]["id"])["state"] == "ready"
    assert nothing_is_left(store)


def test_by_a_jupyter_server_too(jupyter_server: JupyterProcess, bundle: Path) -> None:
    client = jupyter_server.client
    made = client.request("POST", "bundles?name=sent-to-jupyter", raw=bundle.read_bytes())
    assert made.status == 201, made.body
    assert wait_for_build(client, made.json["build"]["id"])["state"] == "ready"


@pytest.mark.parametrize(
    ("who", "path", "content", "status", "code"),
    [
        ("t-nobody", "bundles", b"x", 401, "unauthenticated"),
        ("t-berta", "bundles?namespace=anna", b"x", 404, "not-found"),
        ("t-anna", "bundles?namespace=../x", b"x", 400, "invalid-request"),
        ("t-anna", "bundles?other=1", b"x", 400, "invalid-request"),
        ("t-anna", "bundles", b"no bundle", 422, "invalid-archive"),
        ("t-anna", "bundles", b"", 422, "invalid-archive"),
    ],
)
def test_what_is_no_bundle_or_not_permitted_is_refused(
    server: StandaloneServer,
    store: OpenStore,
    who: str,
    path: str,
    content: bytes,
    status: int,
    code: str,
) -> None:
    answer = server.client(who).request("POST", path, raw=content)
    assert (answer.status, answer.json["code"]) == (status, code), answer.body
    assert nothing_is_left(store)


def test_who_is_refused_hears_why_when_they_have_sent_it_all(server: StandaloneServer) -> None:
    answer = server.client("t-berta").request(
        "POST", "bundles?namespace=anna", raw=b"x" * 20_000_000
    )
    assert (answer.status, answer.json["code"]) == (404, "not-found")


def head(server: StandaloneServer, token: str, length: int) -> bytes:
    return (
        f"POST /terrarium/api/v1/bundles?name=big HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"Authorization: token {token}\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


@pytest.mark.parametrize("token", ["t-nobody", "t-anna"])
def test_what_is_refused_is_not_read_first(server: StandaloneServer, token: str) -> None:
    """The answer comes while the sender has not sent a byte of its file."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(head(server, token, 1 << 60))
        answer = line.recv(65536)
    assert answer.split()[1] in (b"400", b"401"), answer


@pytest.mark.parametrize("size", [3_000_000, 200_000_000])
def test_a_disk_that_fills_meanwhile_is_told(
    server: StandaloneServer, store: OpenStore, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """Others write, too; so the disk is looked at again whenever something has come."""
    free = shutil.disk_usage(store.layout.root)
    answers = itertools.chain([free] * 4, itertools.repeat(free._replace(free=0)))
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as line:
        monkeypatch.setattr(bundles.shutil, "disk_usage", lambda _: next(answers))
        line.sendall(head(server, "t-anna", size) + b"x" * 3_000_000)
        answer = line.recv(65536)
    assert answer.split()[1] == b"507", answer
    assert b"no space left" in answer
    assert nothing_is_left(store)


def test_a_sender_who_goes_away_leaves_nothing(server: StandaloneServer, store: OpenStore) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(head(server, "t-anna", 10_000_000) + b"x" * 100_000)
        end = time.monotonic() + 20
        while not left(store):
            assert time.monotonic() < end
            time.sleep(0.02)
    assert nothing_is_left(store)


def test_a_file_larger_than_a_body_may_be_is_taken(server: StandaloneServer) -> None:
    """Tornado keeps no more than 100 MB of a body; this is no body that is kept."""
    client: Client = server.client("t-anna")
    answer = client.request("POST", "bundles", raw=b"\0" * 120_000_000)
    assert (answer.status, answer.json["code"]) == (422, "invalid-archive")
