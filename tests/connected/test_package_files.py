"""What must be built here although its channels do not help: its files come from the team store."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from connected_help import eventually, here

from engine.engine_help import serve_files, web_server
from support.served import ServedProcess
from support.servers import JupyterProcess
from support.waiting import wait_for_build
from support.wheels import make_wheel


@contextmanager
def out_of_reach(prefix: Path) -> Iterator[None]:
    """The prefix cannot be read at its recorded path."""
    away = prefix.with_name(f".{prefix.name}")
    prefix.rename(away)
    try:
        yield
    finally:
        away.rename(prefix)


@pytest.fixture(scope="module")
def version(
    mine: JupyterProcess, channel_url: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """A version at the team store, the channel and the index of which are gone by now."""
    index = tmp_path_factory.mktemp("index")
    make_wheel(index, "from-the-team", "1.0")
    with web_server(serve_files(Path(unquote(urlsplit(channel_url).path)))) as web:
        text = (
            f"channels: [{web.url}]\ndependencies:\n  - terrarium-data\n  - python\n"
            f"  - pip:\n    - --find-links {index}\n    - from-the-team\n"
        )
        made = mine.client.post("environments", {"name": "gone", "specification": text})
        built = wait_for_build(mine.client, made.json["build"]["id"])
        assert built["state"] == "ready", built
    shutil.rmtree(index)
    path = f"{made.json['namespace']}/gone"
    found: dict[str, Any] = mine.client.get(f"environments/{path}/versions/1").json
    eventually(lambda: here(mine, path))
    return {**found, "path": path}


def get_here(mine: JupyterProcess, path: str) -> dict[str, Any]:
    """The environment once its build on this machine has ended."""

    def ended() -> dict[str, Any] | None:
        found: dict[str, Any] = mine.client.get(f"local/environments/{path}").json
        return None if found["state"] == "building" else found

    mine.client.request("PUT", f"local/environments/{path}")
    found: dict[str, Any] = eventually(ended)
    return found


def logs(mine: JupyterProcess) -> str:
    return "".join(log.read_text() for log in mine.root.glob("stores/*/logs/*.jsonl"))


def test_a_file_that_the_team_store_does_not_have_whole_either_is_not_used(
    mine: JupyterProcess, team: ServedProcess, version: dict[str, Any]
) -> None:
    packages = mine.client.get(f"environments/{version['path']}/versions/1/lock").json
    [sha256] = [
        one["sha256"]
        for one in packages["platforms"][0]["conda"]
        if one["name"] == "terrarium-data"
    ]
    blob = team.root / "blobs" / "sha256" / sha256[:2] / sha256
    whole = blob.read_bytes()
    blob.write_bytes(whole + b"altered")
    try:
        with out_of_reach(Path(version["prefix"])):
            found = get_here(mine, version["path"])
    finally:
        blob.write_bytes(whole)
    assert found["state"] == "failed"
    assert found["problem"]["code"] == "channel-unreachable"
    assert "Check the network" in found["problem"]["hint"]
    assert "the store does not keep the package file terrarium-data" in logs(mine)


def test_package_files_and_wheels_come_from_the_team_store(
    mine: JupyterProcess, version: dict[str, Any]
) -> None:
    with out_of_reach(Path(version["prefix"])):
        found = get_here(mine, version["path"])
        assert (found["state"], found["adopted"]) == ("ready", False), found
        [own] = mine.root.glob(f"stores/*/prefixes/{Path(version['prefix']).name}")
        assert (own / "share" / "terrarium-data" / "prefix.txt").is_file()
        assert list(own.glob("lib/python*/site-packages/from_the_team/__init__.py"))
    for name in ("terrarium-data", "from_the_team"):
        assert any(
            name in line and "comes from the team store" in line for line in logs(mine).splitlines()
        )


def test_a_file_is_handed_out_whole_and_only_as_one_of_its_version(
    team: ServedProcess, version: dict[str, Any]
) -> None:
    route = f"/terrarium/api/v1/environments/{version['path']}/versions/1"
    lock = team.request("GET", route + "/lock").json
    sha256 = lock["platforms"][0]["pip"][0]["sha256"]
    answer = team.request("GET", f"{route}/files/{sha256}")
    assert (answer.status, len(answer.body)) == (200, int(answer.headers["content-length"]))
    assert team.request("GET", f"{route}/files/{'0' * 64}").status == 404
