"""Tokens of the API (C5.3, C6.1): what one permits, for how long, and what nobody learns."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from sqlalchemy import update
from team_help import Team

from engine.engine_help import in_background
from jupyterlab_terrarium.models.namespace import MemberUpdate
from jupyterlab_terrarium.store.tables import now
from jupyterlab_terrarium.store.team_tables import TokenRow
from support.http import Answer, Client

NEW = {"specification": "dependencies: [no-such-package-x]"}


def make(client: Client, name: str, namespace: str = "team") -> int:
    return client.post("environments", {"namespace": namespace, "name": name, **NEW}).status


def test_a_token_is_shown_once_and_stored_as_a_hash(team: Team) -> None:
    made = team.client("viewer").post("tokens", {"name": "nightly"}).json
    assert made["token"].startswith("terrarium_")
    listed = team.client("viewer").get("tokens").json["items"]
    mine = next(one for one in listed if one["id"] == made["id"])
    assert "token" not in mine
    assert mine["name"] == "nightly"
    root = team.store.layout.root
    for file in root.glob("terrarium.db*"):
        assert made["token"].encode() not in file.read_bytes()


@pytest.mark.parametrize("word", ["token", "Bearer", "bearer"])
def test_the_header_says_whose_request_it_is(team: Team, word: str) -> None:
    secret = team.client("viewer").post("tokens", {}).json["token"]
    client = Client(team.server.client(None).url, None, {"Authorization": f"{word} {secret}"})
    assert client.get("status").json["user"] == "viewer"


def test_it_lives_90_days_unless_told_otherwise(team: Team) -> None:
    made = team.client("viewer").post("tokens", {}).json
    assert made["expires"][:10] == (now() + timedelta(days=90)).isoformat()[:10]
    assert team.client("viewer").post("tokens", {"expires_days": 367}).status == 400


def test_a_scope_gives_no_more_than_it_says(team: Team) -> None:
    plan = {"specification": "dependencies: [terrarium-data]"}
    may = {}
    for scope in ("read", "propose", "build", "manage"):
        client = team.token("owner", scopes=[scope])
        name = team.copy()
        may[scope] = [
            client.get(f"environments/team/{name}").status,
            client.post("plans", plan).status,
            client.request("PATCH", f"environments/team/{name}", {"title": "x"}).status,
            client.request("DELETE", f"environments/team/{name}").status,
        ]
    assert may == {
        "read": [200, 403, 403, 403],
        "propose": [200, 200, 403, 403],
        "build": [200, 200, 200, 403],
        "manage": [200, 200, 200, 204],
    }


def test_a_token_gives_no_more_than_its_user_may(team: Team) -> None:
    assert make(team.token("viewer", scopes=["manage"]), team.name()) == 403
    stranger = team.token("stranger", scopes=["manage"])
    assert stranger.get("environments/team/data").status == 404
    assert stranger.get("environments").json["total"] == 0


def test_a_token_for_one_namespace_reaches_no_other(team: Team) -> None:
    client = team.token("owner", scopes=["manage"], namespace="team")
    assert {row["name"] for row in client.get("namespaces").json["items"]} == {"team"}
    assert client.get("environments/team/data").status == 200
    assert client.get("environments?namespace=owner").status == 404
    assert make(client, team.name(), "owner") == 404
    # What somebody does not see, no token can be made for.
    assert team.client("stranger").post("tokens", {"namespace": "team"}).status == 404


def test_expired_revoked_and_guessed_tokens_look_the_same(team: Team) -> None:
    client = team.client("viewer")
    expired, revoked = (client.post("tokens", {}).json for _ in range(2))
    with team.store.database.write() as session:
        session.execute(update(TokenRow).where(TokenRow.id == expired["id"]).values(expires=now()))
    held = team.server.client(revoked["token"])
    assert held.get("status").status == 200
    assert client.request("DELETE", f"tokens/{revoked['id']}").status == 204
    guesses = ["terrarium_", "terrarium_" + "A" * 43, "terrarium_x y", revoked["id"]]
    answers = [
        team.server.client(token).get("status")
        for token in (expired["token"], revoked["token"], *guesses)
    ]
    assert {answer.status for answer in answers} == {401}
    # A hash is no token, and the last guess is none of ours at all.
    assert len({answer.body for answer in answers[:-1]}) == 1
    states = {one["id"]: one["state"] for one in client.get("tokens").json["items"]}
    assert (states[expired["id"]], states[revoked["id"]]) == ("expired", "revoked")


def test_a_request_that_waits_for_events_ends_with_its_token(team: Team) -> None:
    client = team.client("owner")
    made = client.post("tokens", {}).json
    held = team.server.client(made["token"])
    last = held.get("events").json["last"]
    waiting = in_background(lambda: held.get(f"events?after={last}&wait=20"))
    begun = time.monotonic()
    while not team.server.waiting:
        assert time.monotonic() < begun + 15, "nothing waits"
        time.sleep(0.02)
    begun = time.monotonic()
    assert client.request("DELETE", f"tokens/{made['id']}").status == 204
    answer = waiting.result(timeout=25)
    assert isinstance(answer, Answer)
    assert answer.status == 401
    # Well below the 20 seconds: the machine of a test may be slow.
    assert time.monotonic() - begun < 5


def test_the_hash_in_the_database_is_no_token(team: Team) -> None:
    made = team.client("viewer").post("tokens", {}).json
    with team.store.database.read() as session:
        row = session.get(TokenRow, made["id"])
        assert row is not None
        stored = row.token_hash
    for guess in (stored, f"terrarium_{stored}"):
        assert team.server.client(guess).get("status").status == 401


def test_a_role_that_is_taken_away_is_the_token_s_loss_at_once(team: Team) -> None:
    members = team.store.services.members
    members.put(team.owner, "team", "user", "temporary", MemberUpdate(role="editor"))
    team.server.users["t-temporary"] = "temporary"
    client = team.token("temporary", scopes=["build"])
    assert make(client, team.name()) == 201
    members.remove(team.owner, "team", "user", "temporary")
    assert client.get("environments/team/data").status == 404
    assert make(client, team.name()) == 404
    # Replayed after its user has been put back, it gives again what they may, and no more.
    members.put(team.owner, "team", "user", "temporary", MemberUpdate(role="viewer"))
    assert client.get("environments/team/data").status == 200
    assert make(client, team.name()) == 403


def test_whoever_comes_with_a_token_handles_none(team: Team) -> None:
    client = team.token("owner", scopes=["manage"])
    own = team.client("owner").get("tokens").json["items"][0]["id"]
    assert client.post("tokens", {}).status == 403
    assert client.get("tokens").status == 403
    assert client.request("DELETE", f"tokens/{own}").status == 403
    assert client.post("namespaces", {"name": team.name()}).status == 403


def test_a_token_is_revoked_by_its_user_or_an_administrator(team: Team) -> None:
    made = team.client("viewer").post("tokens", {}).json
    for name, status in (("editor", 404), ("owner", 404), ("administrator", 204)):
        assert team.client(name).request("DELETE", f"tokens/{made['id']}").status == status
    assert team.client("owner").get("tokens?everybody=true").status == 403
    listed = team.client("administrator").get("tokens?everybody=true").json["items"]
    assert made["id"] in {one["id"] for one in listed}
    assert "token_hash" not in listed[0]


def test_the_last_use_is_told(team: Team) -> None:
    made = team.client("viewer").post("tokens", {}).json
    assert made["last_used"] is None
    team.server.client(made["token"]).get("status")
    listed = team.client("viewer").get("tokens").json["items"]
    assert next(one for one in listed if one["id"] == made["id"])["last_used"] is not None
