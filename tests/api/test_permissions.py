"""Every route, method, role and place: who may, and for whom a thing does not exist (C2.4).

Generated from the table of routes: a route that is not classified here fails.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from jupyterlab_terrarium.access.permissions import NEEDS, Action, may
from jupyterlab_terrarium.access.principals import Principal
from jupyterlab_terrarium.api.routes import ROUTES
from jupyterlab_terrarium.models.environment import EnvironmentCopy
from jupyterlab_terrarium.models.namespace import MemberUpdate, NamespaceCreate, Role
from jupyterlab_terrarium.models.recipe import Recipe, pack
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from support.builds import seed
from support.http import Answer, Client
from support.servers import StandaloneServer
from support.waiting import wait_for_build

SPECIFICATION = "dependencies: [python, ipykernel]"
# With a package file that the store fetches itself, and so keeps.
FETCHED = "dependencies: [python, ipykernel, terrarium-data]"
RECIPE = pack(Recipe(name="data", specification=SPECIFICATION))
PEOPLE: dict[str, Role | None] = {
    "owner": "owner",
    "editor": "editor",
    "viewer": "viewer",
    "stranger": None,
    "administrator": "owner",
}
E, V = "environments/{namespace}/{name}", "environments/{namespace}/{name}/versions/{version}"
# What a verb needs: an action on the namespace, "own" (the thing is its maker's alone), "alone"
# (administrators), "anyone" (it shows or makes only what is the caller's own).
CLASSES: dict[tuple[str, str], Action | str] = {
    ("get", "status"): "anyone",
    ("get", "openapi.json"): "anyone",
    ("get", "namespaces"): "anyone",
    ("post", "namespaces"): "anyone",
    ("get", "namespaces/{namespace}"): "read",
    ("patch", "namespaces/{namespace}"): "members",
    ("get", "namespaces/{namespace}/members"): "read",
    ("put", "namespaces/{namespace}/members/{kind}/{member}"): "members",
    ("delete", "namespaces/{namespace}/members/{kind}/{member}"): "members",
    ("post", "people/{user}/transfer"): "alone",
    ("get", "environments"): "anyone",
    ("post", "environments"): "create",
    ("post", "bundles"): "create",
    ("get", E): "read",
    ("patch", E): "update",
    ("delete", E): "delete",
    ("post", E + "/copies"): "read",
    ("put", E + "/pointers/{pointer}"): "update",
    ("delete", E + "/pointers/{pointer}"): "update",
    ("get", E + "/members"): "read",
    ("put", E + "/members/{kind}/{member}"): "members",
    ("delete", E + "/members/{kind}/{member}"): "members",
    ("get", E + "/proposals"): "read",
    ("post", E + "/proposals"): "propose",
    ("get", "proposals"): "anyone",
    # They are the proposer's and those's who decide; nobody has made the one of these calls.
    ("get", "proposals/{proposal}"): "own",
    ("post", "proposals/{proposal}/approve"): "own",
    ("post", "proposals/{proposal}/decline"): "own",
    ("post", "proposals/{proposal}/withdraw"): "own",
    ("get", V + "/artifacts"): "read",
    ("get", V + "/artifacts/{form}"): "read",
    ("post", V + "/artifacts/{form}"): "read",
    ("delete", V + "/artifacts/{form}"): "read",
    ("post", E + "/kernels"): "update",
    ("delete", E + "/kernels/{kernel}"): "update",
    ("get", E + "/shares"): "read",
    ("post", E + "/shares"): "share",
    ("get", "shares"): "anyone",
    ("delete", "shares/{share}"): "own",
    # Whoever has the token; nobody has that of these calls.
    ("get", "shared-link"): "own",
    ("get", "lent-versions/{environment}/{version}"): "own",
    ("post", "shared-link/use"): "own",
    ("post", "shared-link/copies"): "own",
    ("get", "shared-link/files/{file}"): "own",
    ("get", "shared-link/artifacts/{form}"): "own",
    ("get", "audit"): "anyone",
    ("get", "audit/lines"): "anyone",
    ("get", "tokens"): "anyone",
    ("post", "tokens"): "anyone",
    ("delete", "tokens/{token}"): "own",
    ("post", "foreign-links"): "anyone",
    # By a digest, which nothing in these calls has: `tests/shares/test_recorded.py` has more.
    ("get", "recorded-environment"): "own",
    ("post", "recorded-environment/use"): "own",
    ("get", V + "/recipe"): "read",
    ("get", E + "/versions"): "read",
    ("post", E + "/versions"): "build",
    ("get", V): "read",
    ("patch", V): "update",
    ("get", V + "/comparison"): "read",
    ("get", V + "/packages"): "read",
    ("get", V + "/specification"): "read",
    ("get", V + "/lock"): "read",
    ("get", V + "/lockfile"): "read",
    ("get", V + "/files/{sha256}"): "read",
    ("get", "local/environments/{namespace}/{name}"): "read",
    ("put", "local/environments/{namespace}/{name}"): "read",
    # No kernel of these calls runs.
    ("get", "local/kernels/{kernel}"): "own",
    ("post", V + "/records"): "read",
    ("post", V + "/builds"): "build",
    ("get", "verification"): "anyone",
    ("get", V + "/verification"): "read",
    ("post", V + "/verification"): "build",
    ("post", V + "/scratches"): "read",
    ("get", "deleted-environments"): "anyone",
    ("post", "deleted-environments/{environment}/restore"): "delete",
    ("get", "cleanup"): "alone",
    ("post", "cleanup"): "alone",
    ("post", "cache/verification"): "anyone",
    ("get", "scratches"): "anyone",
    ("get", "scratches/{scratch}"): "own",
    ("delete", "scratches/{scratch}"): "own",
    ("post", "scratches/{scratch}/specification"): "own",
    ("get", "builds"): "anyone",
    ("get", "builds/{build}"): "read",
    ("get", "builds/{build}/log"): "read",
    ("get", "builds/{build}/help"): "read",
    ("post", "builds/{build}/cancel"): "build",
    ("post", "plans"): "read",
    ("get", "plans/{plan}"): "own",
    ("put", "plans/{plan}/shown"): "own",
    ("delete", "plans/{plan}/shown"): "own",
    ("get", "plans/{plan}/explanation"): "own",
    ("get", "packages"): "anyone",
    ("get", "packages/{package}"): "anyone",
    ("get", "events"): "anyone",
}
VERBS = [(method, path) for path, handler in ROUTES for method in handler.operations()]


def test_every_verb_is_classified() -> None:
    assert set(CLASSES) == set(VERBS)


@dataclass
class Team:
    """A store with a shared namespace, and a client for each person."""

    store: OpenStore
    server: StandaloneServer
    counter: int = 0
    places: dict[str, dict[str, str]] = field(default_factory=dict)
    bundle: bytes = b""

    @property
    def owner(self) -> Principal:
        return Principal("owner")

    def copy(self, namespace: str = "team") -> dict[str, Any]:
        """A fresh environment with a ready version, a pointer, a record of a build."""
        self.counter += 1
        name = f"case-{self.counter}"
        services = self.store.services
        made = services.copies.make(
            self.owner, "team", "data", EnvironmentCopy(name=name, namespace=namespace)
        )
        return {"namespace": namespace, "name": name, "environment": made.id}

    def call(self, person: str, method: str, path: str, values: dict[str, str]) -> Answer:
        """*path* filled with *values*, and with a body that would be accepted."""
        url = re.sub(r"\{(\w+)\}", lambda found: values[found[1]], path)
        if path == "environments" and method == "get":
            url += f"?namespace={values['namespace']}"
        if path.endswith("/comparison"):
            url += "?with=1"
        if path == "recorded-environment":
            url += f"?environment=a/b&version=1&lock_digest={'0' * 64}"
        if path == "bundles":
            url += f"?namespace={values['namespace']}&name=bundle-{self.counter}"
            return self.server.client(f"t-{person}").request("POST", url, raw=self.bundle)
        body = None if method == "get" else self.body(method, path, values)
        return self.server.client(f"t-{person}").request(method.upper(), url, body)

    def body(self, method: str, path: str, values: dict[str, str]) -> dict[str, Any]:
        self.counter += 1
        fresh = f"new-{self.counter}"
        return {
            ("post", "namespaces"): {"name": fresh},
            ("patch", "namespaces/{namespace}"): {"title": "Team"},
            ("put", "namespaces/{namespace}/members/{kind}/{member}"): {"role": "viewer"},
            ("post", "environments"): {
                "namespace": values["namespace"],
                "name": fresh,
                "specification": "dependencies: [no-such-package-x]",
            },
            ("put", E + "/members/{kind}/{member}"): {"role": "viewer"},
            ("patch", E): {"title": "Data"},
            ("post", E + "/copies"): {"name": fresh},
            ("put", E + "/pointers/{pointer}"): {"version": 1},
            ("post", E + "/kernels"): {"version": 1},
            ("post", E + "/versions"): {"specification": "dependencies: [no-such-package-x]"},
            ("patch", V): {"note": "x"},
            ("post", E + "/proposals"): {"specification": "dependencies: [zlib]", "reason": "x"},
            ("post", "proposals/{proposal}/approve"): {"plan": "x"},
            ("post", "proposals/{proposal}/decline"): {"answer": "x"},
            ("post", "plans"): {
                "namespace": values["namespace"],
                "environment": values["name"],
                "specification": "dependencies: [no-such-package-x]",
            },
            ("post", "people/{user}/transfer"): {"to_user": "owner"},
            ("post", V + "/records"): {"notebook": "0123456789abcdef"},
            ("post", "cleanup"): {"report": "x"},
            ("post", "shared-link/use"): {"token": "x"},
            ("post", "shared-link/copies"): {"token": "x"},
            ("post", "foreign-links"): {"link": RECIPE},
            ("post", "recorded-environment/use"): {
                "environment": "a/b",
                "version": 1,
                "lock_digest": "0" * 64,
            },
        }.get((method, path), {})


@pytest.fixture(scope="module")
def team(
    tmp_path_factory: pytest.TempPathFactory, channel_url: str, warm_root: Path
) -> Iterator[Team]:
    home = tmp_path_factory.mktemp("team")
    patch = pytest.MonkeyPatch()
    patch.setenv("JUPYTER_DATA_DIR", str(home / "data"))
    seed(home / "store", warm_root)
    options = StoreOptions(root=home / "store", default_channels=[channel_url])
    policy = options.policy.model_copy(update={"administrators": frozenset({"administrator"})})
    store = OpenStore(
        StoreOptions(root=options.root, default_channels=[channel_url], policy=policy)
    )
    server = StandaloneServer(store.services, {f"t-{name}": name for name in PEOPLE}).start()
    found = Team(store, server)
    store.services.namespaces.create(found.owner, NamespaceCreate(name="team"))
    for name, role in PEOPLE.items():
        if role is not None and name not in ("owner", "administrator"):
            store.services.members.put(found.owner, "team", "user", name, MemberUpdate(role=role))
        server.client(f"t-{name}").get("status")
    client = server.client("t-owner")
    made = client.post(
        "environments", {"namespace": "team", "name": "data", "specification": FETCHED}
    )
    assert wait_for_build(client, made.json["build"]["id"])["state"] == "ready"
    client.post("environments/team/data/versions/1/verification", {})
    found.bundle = make_bundle(client, "environments/team/data/versions/1/artifacts/offline-bundle")
    yield found
    server.stop()
    store.close()
    patch.undo()


def make_bundle(client: Client, path: str) -> bytes:
    """An offline bundle, as it is downloaded."""
    client.post(path, {})
    for _ in range(600):
        answer = client.get(path)
        if answer.status != 409:
            break
        time.sleep(0.05)
    assert answer.status == 200, answer.body
    return answer.body


def _values(team: Team, path: str, namespace: str = "team") -> dict[str, str]:
    """Something of everything that *path* names, fresh, for one call."""
    made = team.copy(namespace)
    values = {"version": "1", "pointer": "stable", "package": "python", **made}
    values |= {"kind": "user", "member": "somebody", "scratch": "x", "plan": "x", "build": "x"}
    values |= {"share": "x", "file": "conda-lock.yml", "kernel": "x", "user": "somebody-else"}
    values |= {"token": "x", "proposal": "x", "form": "explicit"}
    client = team.server.client("t-owner")
    if "{member}" in path:
        for place in ("namespaces/team", f"environments/team/{made['name']}"):
            client.request("PUT", f"{place}/members/user/somebody", {"role": "viewer"})
    if "{pointer}" in path:
        pointer = f"environments/{namespace}/{made['name']}/pointers/stable"
        client.request("PUT", pointer, {"version": 1})
    if "{kernel}" in path:
        kernels = f"environments/{namespace}/{made['name']}/kernels"
        values["kernel"] = client.post(kernels, {"version": 1}).json["items"][0]["name"]
    if "{sha256}" in path:
        lock = client.get(f"environments/{namespace}/{made['name']}/versions/1/lock").json
        packages = {one["name"]: one["sha256"] for one in lock["platforms"][0]["conda"]}
        values["sha256"] = packages["terrarium-data"]
    if "{build}" in path:
        build = client.post(f"environments/{namespace}/{made['name']}/versions/1/builds", {})
        values["build"] = build.json["id"]
    return values


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize(("method", "path"), VERBS)
def test_a_role_may_exactly_what_the_table_says(
    team: Team, person: str, method: str, path: str
) -> None:
    needs, role = CLASSES[method, path], PEOPLE[person]
    values = _values(team, path)
    if path.startswith("deleted-environments/"):
        team.store.services.environments.delete(team.owner, "team", values["name"])
    status = team.call(person, method, path, values).status
    if needs == "anyone":
        # A list of a namespace that is not there for somebody is not there either.
        hidden = role is None and (method, path) == ("get", "environments")
        assert status == 404 if hidden else status < 400, status
    elif needs == "own":
        assert status == 404
    elif needs == "alone":
        assert (status == 403) == (person != "administrator"), status
    elif role is None:
        assert status == 404
    elif needs in NEEDS and may(role, needs):
        assert status < 400 or status == 409, status
    else:
        assert status == 403


@pytest.mark.parametrize(
    ("method", "path"), [verb for verb in VERBS if "{name}" in verb[1] or "{build}" in verb[1]]
)
def test_what_is_deleted_or_somebody_elses_exists_for_nobody_else(
    team: Team, method: str, path: str
) -> None:
    deleted = _values(team, path)
    team.store.services.environments.delete(team.owner, "team", deleted["name"])
    never = deleted | {"name": "never-was", "build": "never"}
    own = _values(team, path, "owner")
    for person in PEOPLE:
        # The same answer as about a name that never was: 403 says only what a role may not.
        answer = team.call(person, method, path, deleted)
        assert answer.status == team.call(person, method, path, never).status
        assert answer.status == 404 or (answer.status == 403 and PEOPLE[person] is not None)
        if person != "owner":
            assert team.call(person, method, path, own).status == 404


def test_strangers_learn_nothing_from_lists_counts_or_events(team: Team) -> None:
    team.copy()
    stranger = team.server.client("t-stranger")
    assert stranger.get("environments").json["total"] == 0
    assert stranger.get("environments?filter=case").json["total"] == 0
    assert stranger.get("builds").json["total"] == 0
    assert stranger.get("deleted-environments").json["total"] == 0
    seen = {row["name"] for row in stranger.get("namespaces").json["items"]}
    assert "team" not in seen
    # Of what they have made themselves they are told, and of nothing else.
    assert {event["namespace"] for event in stranger.get("events").json["events"]} <= seen
