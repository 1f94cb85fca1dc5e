"""The audit (C5.2): who did what, from where, and how it ended; nothing secret, nothing changed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from team_help import Team

from jupyterlab_terrarium.access.principals import operating_system_user
from jupyterlab_terrarium.api.routes import ROUTES
from jupyterlab_terrarium.models.environment import EnvironmentUpdate
from jupyterlab_terrarium.services.auditing import AUDITED
from jupyterlab_terrarium.store.team_tables import AuditRow

TWO = "name: data\ndependencies:\n  - terrarium-data =2\n"
# Unsafe verbs that change nothing that others see: what they make is the caller's own, or nothing.
UNAUDITED = {
    "plans",
    "plans/{plan}/shown",
    "foreign-links",
    "local/environments/{namespace}/{name}",
    "scratches/{scratch}/specification",
    # That a notebook was saved: it changes nothing that anybody else sees.
    "environments/{namespace}/{name}/versions/{version}/records",
}


def lines(team: Team, person: str = "administrator", query: str = "") -> list[dict[str, Any]]:
    answer = team.client(person).get(f"audit?limit=500{query}")
    assert answer.status == 200, answer.body
    found: list[dict[str, Any]] = answer.json["items"]
    return found


def last(team: Team, person: str = "administrator") -> dict[str, Any]:
    return lines(team, person)[0]


def test_a_change_leaves_a_line_with_who_what_where_and_how_it_ended(team: Team) -> None:
    name = team.copy()
    team.client("editor").request("PATCH", f"environments/team/{name}", {"hold": True})
    line = last(team)
    assert {key: line[key] for key in ("user", "action", "namespace", "target", "outcome")} == {
        "user": "editor",
        "action": "environment.update",
        "namespace": "team",
        "target": f"team/{name}",
        "outcome": "done",
    }
    assert line["origin"] == "127.0.0.1"
    assert line["data"] == {"hold": True}


@pytest.mark.parametrize(
    ("person", "outcome"), [("viewer", "forbidden"), ("stranger", "not-found")]
)
def test_what_is_refused_leaves_a_line_too(team: Team, person: str, outcome: str) -> None:
    name = team.copy()
    team.client(person).request("DELETE", f"environments/team/{name}")
    line = last(team, "owner")
    assert (line["user"], line["action"], line["outcome"]) == (
        person,
        "environment.delete",
        outcome,
    )


def test_a_change_that_is_undone_leaves_no_line_that_it_was_made(team: Team) -> None:
    name, other = team.copy(), team.copy()
    team.client("owner").request("PATCH", f"environments/team/{name}", {"name": other})
    assert [line["outcome"] for line in lines(team) if line["target"] == f"team/{name}"][:1] == [
        "conflict"
    ]


def test_shell_and_tokens_leave_the_same_line_from_elsewhere(team: Team) -> None:
    name = team.copy()
    made = team.client("owner").post("tokens", {"scopes": ["build"]}).json
    change = {"title": "Data"}
    team.server.client(made["token"]).request("PATCH", f"environments/team/{name}", change)
    assert last(team)["origin"] == f"127.0.0.1, token {made['id']}"
    team.store.services.environments.update(
        operating_system_user(), "team", name, EnvironmentUpdate(title="x")
    )
    by_shell = last(team)
    assert (by_shell["origin"], by_shell["action"]) == ("shell", "environment.update")
    reader = team.token("owner", scopes=["read"])
    reader.request("PATCH", f"environments/team/{name}", change)
    assert last(team)["outcome"] == "forbidden"


def test_using_a_link_is_seen_by_the_owners_of_what_it_leads_to(team: Team) -> None:
    share = team.client("editor").post("environments/team/data/shares", {}).json
    assert team.client("stranger").post("shared-link/use", {"token": share["token"]}).status == 200
    line = last(team, "owner")
    assert (line["user"], line["action"], line["namespace"]) == ("stranger", "share.use", "team")


def test_owners_see_their_namespaces_and_administrators_all(team: Team) -> None:
    team.client("stranger").post("namespaces", {"name": team.name()})
    team.copy()
    assert {line["namespace"] for line in lines(team, "owner")} <= {"team", "owner"}
    assert {line["namespace"] for line in lines(team, "viewer")} <= {"viewer"}
    assert team.client("viewer").get("audit?namespace=team").status == 403
    assert team.client("stranger").get("audit?namespace=team").status == 404
    assert {line["namespace"] for line in lines(team)} > {"team"}
    assert {line["user"] for line in lines(team, query="&user=owner")} == {"owner"}
    nouns = {line["action"].split(".")[0] for line in lines(team, query="&action=namespace")}
    assert nouns == {"namespace"}


def test_it_is_read_in_pages_and_as_json_lines(team: Team) -> None:
    for _ in range(3):
        team.copy()
    client = team.client("owner")
    first = client.get("audit?namespace=team&limit=2").json
    second = client.get(f"audit?namespace=team&limit=2&cursor={first['next_cursor']}").json
    sequences = [line["sequence"] for line in first["items"] + second["items"]]
    assert sequences == sorted(sequences, reverse=True)
    assert len(set(sequences)) == 4
    answer = client.get("audit/lines?namespace=team")
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    exported = [json.loads(line) for line in answer.body.decode().splitlines()]
    assert [line["sequence"] for line in exported[:2]] == sequences[:2]
    assert client.get("audit?cursor=nonsense").status == 400


def test_no_secret_is_in_it(team: Team) -> None:
    client = team.client("owner")
    secret = "hunter2-is-secret"
    bad = f"channels: ['https://anna:{secret}@channels.example.org/x']\ndependencies: [zlib]\n"
    client.post("environments", {"namespace": "team", "name": team.name(), "specification": bad})
    client.request("DELETE", f"environments/team/https:%2F%2Fanna:{secret}@host")
    client.request("PUT", f"namespaces/team/members/user/https:%2F%2Fa:{secret}@h", {"role": "x"})
    share = client.post("environments/team/data/shares", {"note": secret}).json
    client.post("shared-link/use", {"token": share["token"]})
    client.post("shared-link/use", {"token": secret})
    token = client.post("tokens", {"name": secret}).json
    client.request("DELETE", f"tokens/{token['token']}")
    team.client("viewer").post(
        "environments/team/data/proposals", {"specification": TWO, "reason": secret}
    )
    everything = json.dumps(lines(team))
    for one in (secret, share["token"], token["token"]):
        assert one not in everything


def test_the_database_itself_refuses_to_change_a_line(team: Team) -> None:
    team.copy()
    for statement in ("UPDATE audit SET user = 'nobody'", "DELETE FROM audit"):
        with pytest.raises(IntegrityError, match="never changed"), team.store.database.write() as s:
            s.execute(text(statement))
    with team.store.database.read() as session:
        assert session.query(AuditRow).filter_by(user="nobody").count() == 0


def test_every_verb_that_changes_something_calls_an_audited_use_case(team: Team) -> None:
    services = team.store.services
    audited = {
        f"{noun}.{name}"
        for noun, service in vars(services).items()
        for name in dir(service)
        if hasattr(getattr(service, name), AUDITED)
    }
    missing = []
    for path, handler in ROUTES:
        for method, described in handler.operations().items():
            if described.action == "read" or path in UNAUDITED:
                continue
            verb = getattr(handler, method)
            names = verb.__wrapped__.__code__.co_names
            called = {f"{one}.{other}" for one in names for other in names}
            if not called & audited:
                missing.append((method, path))
    assert missing == []
