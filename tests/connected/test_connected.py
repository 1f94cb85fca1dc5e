"""A Jupyter server connected to a team store over a Unix socket."""

from __future__ import annotations

import hashlib
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from connected_help import eventually, here, make

from jupyterlab_terrarium.connected.address import parse
from jupyterlab_terrarium.models.problem import StoreUnusable
from jupyterlab_terrarium.models.share import SHARE_HEADER
from jupyterlab_terrarium.store.adoption import is_whole
from support.http import Client
from support.served import API, ServedProcess
from support.servers import TOKEN, JupyterProcess
from support.waiting import wait_for_build


def kernel_specs(mine: JupyterProcess) -> set[str]:
    """Names of the kernels that this account has from Terrarium."""
    return {entry.parent.name for entry in (mine.data / "kernels").glob("*/kernel.json")}


def test_a_prefix_that_can_be_read_is_used_where_it_is(
    mine: JupyterProcess, team: ServedProcess
) -> None:
    found = eventually(lambda: here(mine, make_once(mine, "shared")))
    assert found["adopted"]
    assert set(found["kernels"]) <= kernel_specs(mine)
    links = [link for link in mine.root.glob("stores/*/prefixes/*") if link.is_symlink()]
    assert links
    assert all(link.readlink().parent == team.root / "prefixes" for link in links)


_made: dict[str, str] = {}


def make_once(mine: JupyterProcess, name: str) -> str:
    """Like :func:`make`, the first time only."""
    if name not in _made:
        _made[name] = make(mine, name)
    return _made[name]


def test_rename_and_deletion_reach_this_machine(mine: JupyterProcess) -> None:
    path = make(mine, "before")
    eventually(lambda: here(mine, path))
    namespace = path.partition("/")[0]
    mine.client.request("PATCH", f"environments/{path}", {"name": "after"})
    found = eventually(lambda: here(mine, f"{namespace}/after"))
    mine.client.request("DELETE", f"environments/{namespace}/after")
    eventually(lambda: not set(found["kernels"]) & kernel_specs(mine))


def test_what_cannot_be_read_is_built_here_from_the_same_lock(
    mine: JupyterProcess, team: ServedProcess, warm_root: Path
) -> None:
    path = make_once(mine, "shared")
    version = mine.client.get(f"environments/{path}/versions/1").json
    there = Path(version["prefix"])
    away = there.with_name(f".{there.name}")
    there.rename(away)
    try:
        mine.client.request("PUT", f"local/environments/{path}")
        found = eventually(lambda: (one := here(mine, path)) and not one["adopted"] and one)
        own = next(mine.root.glob(f"stores/*/prefixes/{there.name}"))
        assert not own.is_symlink()
        assert is_whole(own, version["platforms"][0]["digest"])
        assert set(found["kernels"]) <= kernel_specs(mine)
    finally:
        away.rename(there)


def test_a_bundle_goes_on_to_the_store_as_it_comes(
    mine: JupyterProcess, team: ServedProcess
) -> None:
    text = "dependencies: [terrarium-data]"
    made = mine.client.post("environments", {"name": "packed", "specification": text})
    namespace = made.json["namespace"]
    wait_for_build(mine.client, made.json["build"]["id"])
    form = f"environments/{namespace}/packed/versions/1/artifacts/offline-bundle"
    mine.client.post(form, {})
    bundle = eventually(lambda: (got := mine.client.get(form)).status == 200 and got).body
    asked = mine.client.request("HEAD", form)
    assert (asked.status, asked.headers["content-length"]) == (200, str(len(bundle)))
    assert asked.headers["etag"] == f'"{hashlib.sha256(bundle).hexdigest()}"'
    sent = mine.client.request("POST", "bundles?name=sent", raw=bundle)
    assert sent.status == 201, sent.body
    assert wait_for_build(mine.client, sent.json["build"]["id"])["state"] == "ready"
    digests = {
        mine.client.get(f"environments/{namespace}/{name}").json["current_version"]["lock_digest"]
        for name in ("packed", "sent")
    }
    assert len(digests) == 1
    for path, content, status in (
        ("bundles?namespace=nobody-s", b"x", 404),
        ("bundles", b"no bundle", 422),
        ("bundles", b"", 422),
        # More than the store keeps of a body.
        ("bundles", bytes(120_000_000), 422),
    ):
        answer = mine.client.request("POST", path, raw=content)
        assert answer.status == status, answer.body
    with socket.create_connection(("127.0.0.1", mine.port), timeout=20) as line:
        # The store is asked first: it says no while not a byte of the file was sent.
        line.sendall(_head(mine, 1 << 48))
        assert line.recv(65536).split()[1] == b"400"
    with socket.create_connection(("127.0.0.1", mine.port), timeout=20) as line:
        line.sendall(_head(mine, 10_000_000) + b"x" * 100_000)
        eventually(lambda: _arriving(team))
    eventually(lambda: not _arriving(team))
    assert "Traceback" not in mine.log.read_text()


def _head(server: JupyterProcess, length: int) -> bytes:
    return (
        f"POST /terrarium/api/v1/bundles HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"Authorization: token {TOKEN}\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def _arriving(team: ServedProcess) -> list[Path]:
    """Files that are being sent to the store."""
    return list(team.root.glob("workers/*import*/bundle"))


def test_a_path_cannot_leave_the_api(mine: JupyterProcess) -> None:
    answer = mine.client.get("environments/..%2f../%2e%2e")
    assert answer.status == 404


def test_a_link_s_token_reaches_the_store_and_nobody_s_log(
    mine: JupyterProcess, team: ServedProcess
) -> None:
    path = make_once(mine, "shared")
    made = mine.client.post(f"environments/{path}/shares", {"rights": "view"})
    assert made.status == 201, made.body
    token = made.json["token"]
    visitor = Client(mine.client.url, mine.client.token, {SHARE_HEADER: token})
    assert visitor.get("shared-link").status == 200
    assert mine.client.get("shared-link").status == 404
    # The store itself has a plain page for whoever has the link.
    assert team.request("GET", f"/s/{token}/").status == 200
    assert token not in team.log.read_text() + mine.log.read_text()


def test_the_token_of_the_jupyter_server_stays_here(
    mine: JupyterProcess, team: ServedProcess
) -> None:
    assert mine.client.token is not None
    mine.client.get(f"status?token={mine.client.token}")
    assert mine.client.token not in team.log.read_text()
    assert mine.client.anonymous().get("environments").status in (401, 403)


def test_the_store_is_away_and_comes_back(mine: JupyterProcess, team: ServedProcess) -> None:
    path = make_once(mine, "shared")
    eventually(lambda: here(mine, path))
    team.stop()
    answer = mine.client.get("environments")
    assert (answer.status, answer.json["code"]) == (503, "store-away")
    assert "work as before" in answer.json["hint"]
    assert here(mine, path)
    assert "Traceback" not in mine.log.read_text()
    team.start()
    assert mine.client.get(f"environments/{path}").status == 200
    again = make(mine, "afterwards")
    eventually(lambda: here(mine, again))
    assert "defect" not in team.log.read_text()
    assert team.request("GET", API + "status").json["user"]


def test_what_a_team_recommends_is_a_kernel_here_and_that_of_new_notebooks(
    mine: JupyterProcess,
) -> None:
    def default() -> str:
        site = mine.client.url.partition("/terrarium/")[0]
        return str(replace(mine.client, url=site).get("/api/kernelspecs").json["default"])

    assert mine.client.post("namespaces", {"name": "geo"}).status == 201
    body = {
        "namespace": "geo",
        "name": "ours",
        "specification": "dependencies: [python, ipykernel]",
    }
    assert mine.client.post("environments", body).status == 201
    path = "environments/geo/ours"
    [kernel] = eventually(lambda: mine.client.get(path).json["kernels"])
    assert kernel["name"] not in kernel_specs(mine)
    mine.client.request("PATCH", path, {"recommended": True})
    eventually(lambda: default() == kernel["name"])
    assert kernel["name"] in kernel_specs(mine)
    mine.client.request("PATCH", path, {"recommended": False})
    eventually(lambda: default() == "python3")


@pytest.mark.parametrize(
    "url", ["ftp://x/", "unix://relative", "https://user:secret@x/", "https://x/?token=1", "x"]
)
def test_a_wrong_address_is_refused_in_words(url: str) -> None:
    with pytest.raises(StoreUnusable) as refused:
        parse(url)
    assert "secret" not in str(refused.value)
    assert "store_url" in refused.value.hint
