"""Every route and verb, under both hosts: who may call it, and what an error looks like."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from jupyterlab_terrarium.api.base import TerrariumHandler
from jupyterlab_terrarium.api.openapi import document
from jupyterlab_terrarium.api.routes import ROUTES
from support.http import Client
from support.servers import JupyterProcess, StandaloneServer

VERBS = [
    (method.upper(), re.sub(r"\{\w+\}", "x", path))
    for path, handler in ROUTES
    for method in handler.operations()
]


@pytest.mark.parametrize(("method", "path"), VERBS)
def test_an_anonymous_caller_gets_nothing(client: Client, method: str, path: str) -> None:
    answer = client.anonymous().request(method, path, {} if method != "GET" else None)
    assert answer.status in (401, 403)
    assert answer.body != b"x"


@pytest.mark.parametrize(("method", "path"), VERBS)
def test_a_verb_answers_as_described_and_no_defect(client: Client, method: str, path: str) -> None:
    answer = client.request(method, path, {} if method != "GET" else None)
    assert answer.status < 500
    assert answer.headers["content-type"].split(";")[0] in (
        "application/json",
        "application/problem+json",
        # Lines, for other programs.
        "application/x-ndjson",
    )


@pytest.mark.parametrize(("path", "handler"), ROUTES)
def test_a_verb_that_does_not_exist_is_refused(
    client: Client, path: str, handler: type[TerrariumHandler]
) -> None:
    missing = next(verb for verb in ("put", "patch", "post") if verb not in handler.operations())
    answer = client.request(missing.upper(), re.sub(r"\{\w+\}", "x", path), {})
    assert answer.status == 405
    assert answer.json["status"] == 405


def test_what_others_own_does_not_exist(standalone: StandaloneServer) -> None:
    anna, berta = standalone.client("t-anna"), standalone.client("t-berta")
    assert anna.get("namespaces").json["items"][0]["name"] == "anna"
    assert berta.get("namespaces").json["total"] == 1
    made = anna.post("environments", {"name": "hers", "specification": "dependencies: [zlib-x]"})
    assert made.status == 201
    build = made.json["build"]["id"]
    for method, path in (
        ("GET", "environments/anna/hers"),
        ("PATCH", "environments/anna/hers"),
        ("DELETE", "environments/anna/hers"),
        ("GET", "environments/anna/hers/versions/1"),
        ("PATCH", "environments/anna/hers/versions/1"),
        ("GET", "environments/anna/hers/versions/1/comparison?with=1"),
        ("PUT", "environments/anna/hers/pointers/stable"),
        ("DELETE", "environments/anna/hers/pointers/stable"),
        ("POST", "environments/anna/hers/copies"),
        ("GET", "environments?namespace=anna"),
        ("GET", f"builds/{build}"),
        ("GET", f"builds/{build}/log"),
        ("POST", f"builds/{build}/cancel"),
    ):
        bodies = {"PATCH": {"note": ""}, "POST": {}, "PUT": {"version": 1}}
        answer = berta.request(method, path, bodies.get(method))
        assert answer.status == 404, (method, path)
    assert berta.get("events").json["events"] == []
    assert berta.get("builds").json["total"] == 0
    anna.request("DELETE", "environments/anna/hers")


def test_a_request_with_cookies_needs_the_xsrf_token(jupyter_server: JupyterProcess) -> None:
    client = jupyter_server.client.anonymous()
    answer = client.post("environments", {"name": "x", "specification": "dependencies: []"})
    assert answer.status in (401, 403)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "the body: Input should be an object"),
        (b"[]", "the body: Input should be an object"),
        (b'{"name": "Upper Case"}', "Try 'upper-case'"),
        (b'{"name": "x"}', "either a specification or a lockfile"),
        (b"\xff\xfe", "the body: Invalid JSON"),
        (b'{"specification": "dependencies: [python]"}', "has no name"),
    ],
)
def test_a_bad_body_is_a_problem_with_a_reason(client: Client, body: bytes, words: str) -> None:
    answer = client.request("POST", "environments", raw=body)
    assert answer.status == 400
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert words in answer.body.decode().replace("\\u2019", "'")
    assert client.get("environments?filter=upper").json["total"] == 0


def test_a_query_argument_that_there_is_not_is_refused_with_those_that_there_are(
    client: Client,
) -> None:
    answer = client.get("environments?nonsense=1")
    assert (answer.status, answer.json["errors"][0]["path"]) == (400, "nonsense")
    assert "takes no 'nonsense'" in answer.json["detail"]
    assert "filter" in answer.json["hint"]


def test_an_error_in_the_specification_names_its_line(client: Client) -> None:
    text = "name: broken\ndependencies:\n  - python\n  - numpy >=\n"
    answer = client.post("environments", {"specification": text})
    assert answer.status == 422
    problem = answer.json
    assert problem["code"] == "invalid-specification"
    assert problem["errors"][0]["place"]["line"] == 4
    assert client.get("environments?filter=broken").json["total"] == 0


def test_the_committed_openapi_document_is_the_served_one(client: Client) -> None:
    committed = Path(__file__).parents[2] / "docs" / "openapi.json"
    assert json.loads(committed.read_text("utf-8")) == document()
    assert client.get("openapi.json").json == json.loads(json.dumps(document()))
    validate(document())
