"""People of a team, and what they do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jupyterlab_terrarium.access.principals import Principal
from jupyterlab_terrarium.models.namespace import Role
from jupyterlab_terrarium.services.opening import OpenStore
from support.http import Client
from support.servers import StandaloneServer
from support.waiting import wait_for_build

PEOPLE: dict[str, Role | None] = {
    "owner": "owner",
    "editor": "editor",
    "viewer": "viewer",
    "stranger": None,
    "administrator": "owner",
}


@dataclass
class Team:
    """A store, the server that runs on it, and whoever speaks to it."""

    store: OpenStore
    server: StandaloneServer
    counter: int = 0

    @property
    def owner(self) -> Principal:
        return Principal("owner")

    def client(self, name: str) -> Client:
        """A client of somebody who has logged in."""
        return self.server.client(f"t-{name}")

    def token(self, user: str, **more: object) -> Client:
        """A client with a new token of *user*'s."""
        answer = self.client(user).post("tokens", more)
        assert answer.status == 201, answer.body
        return self.server.client(answer.json["token"])

    @cached_property
    def reader(self) -> Client:
        """A client with a token of the viewer's that only looks; always the same one."""
        return self.token("viewer")

    def name(self) -> str:
        """A name that nothing has."""
        self.counter += 1
        return f"case-{self.counter}"

    def build(self, name: str, text: str, **more: object) -> Any:
        """A new environment of the team's, built to the end."""
        client = self.client("owner")
        body = {"namespace": "team", "name": name, "specification": text, **more}
        made = client.post("environments", body)
        assert made.status == 201, made.body
        built = wait_for_build(client, made.json["build"]["id"])
        assert built["state"] == "ready", built
        return client.get(f"environments/team/{name}").json

    def copy(self) -> str:
        """A fresh environment of the team's with one ready version; its name."""
        name = self.name()
        answer = self.client("owner").post(
            "environments/team/data/copies", {"name": name, "namespace": "team"}
        )
        assert answer.status == 201, answer.body
        return name
