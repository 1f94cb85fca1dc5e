"""Shared namespaces from the shell: on the store of this machine, and on a server."""

from __future__ import annotations

import pytest

from .conftest import Cli

DATA = "name: ours\ndependencies:\n  - terrarium-data\n"


@pytest.fixture(params=["local", "server"])
def anywhere(request: pytest.FixtureRequest) -> Cli:
    """The command on either kind of store."""
    found: Cli = request.getfixturevalue("cli" if request.param == "local" else "remote")
    return found


def test_a_namespace_is_made_and_people_come_and_go(anywhere: Cli) -> None:
    call = anywhere.here
    done = call("namespace", "create", "geo-lab", "--title", "Geo lab")
    assert done.status == 0, done.err
    assert "you are its owner" in done.out
    assert call("namespace", "create", "geo-lab").status == 5
    [listed] = [
        item for item in call("namespace", "list", "--json").document if item["name"] == "geo-lab"
    ]
    assert (listed["role"], listed["kind"], listed["title"]) == ("owner", "shared", "Geo lab")

    assert call("namespace", "add", "geo-lab", "berta", "--role", "editor").status == 0
    assert call("namespace", "add", "geo-lab", "group:students of 2026").status == 0
    found = call("namespace", "members", "geo-lab", "--json").document
    assert {(item["kind"], item["name"], item["role"]) for item in found} >= {
        ("user", "berta", "editor"),
        ("group", "students of 2026", "viewer"),
    }
    assert "group:students of 2026" in call("namespace", "members", "geo-lab").out

    assert call("namespace", "remove", "geo-lab", "group:students of 2026").status == 0
    assert call("namespace", "remove", "geo-lab", "group:students of 2026").status == 4
    [me] = [item["name"] for item in found if item["role"] == "owner"]
    refused = call("namespace", "remove", "geo-lab", me)
    assert refused.status == 5
    assert "nobody would be left who may decide about 'geo-lab'" in refused.err.lower()

    made = anywhere(
        "env", "create", "--namespace", "geo-lab", "-f", "-", "--wait", "--json", given=DATA
    )
    assert made.status == 0, made.err
    added = call("namespace", "add", "geo-lab/ours", "carla", "--role", "editor")
    assert added.status == 0, added.err
    assert "carla is editor of geo-lab/ours now." in added.out
    on_it = call("namespace", "members", "geo-lab/ours", "--json").document
    assert [(item["name"], item["role"]) for item in on_it] == [("carla", "editor")]
    assert "carla" not in call("namespace", "members", "geo-lab").out
    assert call("namespace", "remove", "geo-lab/ours", "carla").status == 0
    assert call("namespace", "members", "geo-lab/ours", "--json").document == []

    assert call("env", "update", "geo-lab/ours", "--recommend").status == 0
    assert "recommended" in call("env", "show", "geo-lab/ours").out
    assert call("env", "update", "geo-lab/ours", "--no-recommend").status == 0
    assert not call("env", "show", "geo-lab/ours", "--json").document["recommended"]


def test_somebody_leaves_and_all_that_they_own_goes_on(anywhere: Cli) -> None:
    call = anywhere.here
    me = call("namespace", "list", "--json").document[0]["name"]
    assert call("namespace", "create", "course").status == 0
    text = DATA.replace("ours", "left")
    made = anywhere("env", "create", "-f", "-", "--wait", given=text)
    assert made.status == 0, made.err
    done = call("namespace", "transfer", me, "--into", "course")
    assert done.status == 0, done.err
    assert f"{me}/left is course/left now." in done.out
    assert call("env", "show", "course/left").status == 0
    assert call("env", "show", "left").status == 4
    again = call("namespace", "transfer", me, "--into", "course", "--json")
    assert again.document["environments"] == []
    assert call("namespace", "transfer", me, "--to", "nobody-at-all").status == 4
    assert call("namespace", "transfer", me).status == 2


def test_what_is_no_namespace_is_said_to_be_none(cli: Cli) -> None:
    assert cli.here("namespace", "members", "nothing").status == 4
    assert cli.here("namespace", "add", "team/analysis", "berta").status == 4
    refused = cli.here("namespace", "create", "team/analysis")
    assert refused.status == 2
    assert "this is about a namespace" in refused.err
