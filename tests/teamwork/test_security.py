"""What the table of routes promises as a whole (C6.2, C6.3, C6.5)."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as hypothesis_seed
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import select
from team_help import Team

from jupyterlab_terrarium.api.openapi import document
from jupyterlab_terrarium.api.routes import ROUTES
from jupyterlab_terrarium.models.namespace import MemberUpdate
from jupyterlab_terrarium.store.team_tables import Base
from support.http import Answer, Client
from support.servers import JupyterProcess

EVIL = '</script><script>alert(1)</script>\r\nSet-Cookie: stolen=1\n"><img src=x onerror=alert(1)>'
VERBS = [(method, path) for path, handler in ROUTES for method in handler.operations()]
UNSAFE = [verb for verb in VERBS if verb[0] != "get"]
SAFE = [path for method, path in VERBS if method == "get"]
EXAMPLES = 3
# Packages of channels are the same for everybody, and the search takes long.
schema = schemathesis.openapi.from_dict(document()).exclude(path_regex="^/packages")


@pytest.fixture(scope="module")
def values(team: Team) -> dict[str, str]:
    """One of everything that a path can name, with hostile words wherever words go."""
    owner = team.client("owner")
    name = team.copy()
    base = f"environments/team/{name}"
    owner.request("PATCH", base, {"title": EVIL, "description": EVIL})
    owner.request("PATCH", f"{base}/versions/1", {"note": EVIL})
    owner.request("PUT", f"{base}/pointers/stable", {"version": 1})
    text = f"# {EVIL.splitlines()[0]}\ndependencies:\n  - terrarium-data =2\n"
    proposal = owner.post(f"{base}/proposals", {"specification": text, "reason": EVIL})
    share = owner.post(f"{base}/shares", {"note": EVIL})
    token = owner.post("tokens", {"name": EVIL})
    plan = owner.post("plans", {"specification": text, "namespace": "team", "environment": name})
    owner.post(f"{base}/versions/1/verification", {})
    for answer in (proposal, share, token, plan):
        assert answer.status in (200, 201), answer.body
    return {
        "namespace": "team",
        "name": name,
        "version": "1",
        "pointer": "stable",
        "proposal": proposal.json["id"],
        "share": share.json["id"],
        "token": token.json["id"],
        "plan": plan.json["id"],
        "build": owner.get("environments/team/data/versions/1").json["build"]["id"],
        "package": "terrarium-data",
        "environment": "x",
        "scratch": "x",
        "kernel": "x",
        "file": "environment.yml",
        "sha256": "0" * 64,
        "form": "explicit",
        "kind": "user",
        "member": "viewer",
    }


def look(client: Client, path: str, values: dict[str, str]) -> Answer:
    url = re.sub(r"\{(\w+)\}", lambda found: values[found[1]], path)
    return client.get(url + ("?with=1" if path.endswith("/comparison") else ""))


def content(team: Team) -> dict[str, list[Any]]:
    """Everything that the database holds."""
    with team.store.database.read() as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table)).all()))
            for table in Base.metadata.sorted_tables
        }


@pytest.mark.parametrize(("method", "path"), UNSAFE)
def test_a_browser_changes_nothing_without_the_xsrf_token(
    cookies: Client, method: str, path: str
) -> None:
    answer = cookies.request(method.upper(), re.sub(r"\{\w+\}", "x", path), {})
    assert answer.status == 403
    assert "_xsrf" in answer.body.decode()


def test_a_browser_with_the_xsrf_token_is_heard(strict: JupyterProcess, cookies: Client) -> None:
    mark = "a" * 32
    both = {"Cookie": f"{cookies.headers['Cookie']}; _xsrf={mark}", "X-XSRFToken": mark}
    answer = Client(strict.client.url, None, both).post("tokens", {"scopes": ["nonsense"]})
    assert answer.status == 400, answer.body


@pytest.mark.parametrize("path", SAFE)
@pytest.mark.parametrize("person", ["owner", "viewer", "stranger"])
def test_looking_changes_nothing(
    team: Team, values: dict[str, str], person: str, path: str
) -> None:
    client = team.client(person)
    before = content(team)
    answer = look(client, path, values)
    assert answer.status < 500
    assert content(team) == before


@pytest.mark.parametrize("path", SAFE)
def test_what_people_wrote_is_never_a_page(team: Team, values: dict[str, str], path: str) -> None:
    answer = look(team.client("owner"), path, values)
    kind = answer.headers["content-type"].split(";")[0]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    if "json" not in kind or kind == "application/x-ndjson":
        assert kind in ("text/plain", "application/x-ndjson")
        assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"


def test_hostile_words_come_back_as_they_were_written(team: Team, values: dict[str, str]) -> None:
    shown = team.client("viewer").get(f"environments/team/{values['name']}").json
    assert shown["description"] == EVIL
    listed = team.client("owner").get("proposals").json["items"]
    assert EVIL.strip() in {one["reason"] for one in listed}


@pytest.mark.parametrize(
    "name",
    ["..", "../x", "a/b", "<script>", "x\r\nSet-Cookie: a=1", "%2e%2e", "-rf", "~root", "a\x00b"],
)
def test_a_name_with_a_trick_in_it_is_none(team: Team, name: str) -> None:
    client = team.client("owner")
    body = {"namespace": "team", "name": name, "specification": "dependencies: [zlib]"}
    assert client.post("environments", body).status == 400
    assert client.post("namespaces", {"name": name}).status == 400
    assert client.request("PATCH", "environments/team/data", {"name": name}).status == 400


@pytest.mark.parametrize(
    "text",
    [
        "dependencies: [!!python/object/apply:os.system ['true']]",
        "a: &a [x, x]\nb: &b [*a, *a]\ndependencies: *b",
        "dependencies: [zlib]\n--- \ndependencies: [x]",
        "dependencies:\n  - https://user:pw@host/x.conda",
        "? [a, b]\n: c\ndependencies: [zlib]",
    ],
)
def test_a_text_with_a_trick_in_it_is_refused_as_proposal_and_as_plan(
    team: Team, text: str
) -> None:
    client = team.client("viewer")
    body = {"specification": text, "reason": "x"}
    assert client.post("environments/team/data/proposals", body).status == 422
    assert client.post("plans", {"specification": text}).status == 422


def test_a_stream_that_is_held_open_tells_a_stranger_nothing(team: Team) -> None:
    stranger, owner = team.client("stranger"), team.client("owner")
    last = owner.get("events").json["last"]
    told: dict[str, Any] = {}

    def wait(who: str, client: Client) -> None:
        told[who] = client.get(f"events?after={last}&wait=2").json["events"]

    narrow = team.token("owner", namespace="owner")
    threads = [
        threading.Thread(target=wait, args=pair)
        for pair in (("stranger", stranger), ("owner", owner), ("narrow", narrow))
    ]
    for thread in threads:
        thread.start()
    name = team.copy()
    for thread in threads:
        thread.join()
    assert told["stranger"] == []
    assert told["narrow"] == []
    assert name in {event["environment"] for event in told["owner"]}


def test_a_stream_ends_with_the_role_and_with_the_token(team: Team) -> None:
    members = team.store.services.members
    members.put(team.owner, "team", "user", "leaver", MemberUpdate(role="viewer"))
    team.server.users["t-leaver"] = "leaver"
    client = team.token("leaver")
    last = client.get("events").json["last"]
    team.copy()
    assert client.get(f"events?after={last}").json["events"]
    members.remove(team.owner, "team", "user", "leaver")
    team.copy()
    assert client.get(f"events?after={last}").json["events"] == []
    mine = team.client("leaver").get("tokens").json["items"][0]["id"]
    team.client("leaver").request("DELETE", f"tokens/{mine}")
    assert client.get(f"events?after={last}").status == 401


@pytest.mark.parametrize("person", ["viewer", "editor", "owner", "stranger", "token"])
@hypothesis_seed(20261128)
@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_role_gets_answers_as_described(
    case: schemathesis.Case, team: Team, person: str
) -> None:
    client = team.reader if person == "token" else team.client(person)
    if case.path == "/events":
        case.query["wait"] = 0
    if person in ("viewer", "stranger", "token"):
        # They may change nothing there, so that it can be the real thing.
        case.path_parameters |= {
            key: value
            for key, value in (("namespace", "team"), ("name", "data"), ("version", "1"))
            if key in case.path_parameters
        }
    elif case.path_parameters.get("name") == "data":
        # Found in an answer. The others may delete it, and whoever comes later needs it.
        case.path_parameters["name"] = "another"
    response = case.call(
        base_url=client.url.rstrip("/"), headers={"Authorization": f"token {client.token}"}
    )
    case.validate_response(
        response,
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_schema_conformance,
        ],
    )
