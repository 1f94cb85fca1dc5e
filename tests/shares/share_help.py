"""People who share and are shared with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from jupyterlab_terrarium.models.share import SHARE_HEADER
from support.http import Answer, Client


@dataclass(frozen=True)
class Person:
    """Somebody with a client, who makes links and opens those of others."""

    client: Client

    def share(self, name: str = "data", **more: object) -> Any:
        """A new link to anna's environment *name*, with its token."""
        answer = self.client.post(f"environments/anna/{name}/shares", more)
        assert answer.status == 201, answer.body
        return answer.json

    def card(self, token: str) -> Answer:
        """What the link shows."""
        return self.with_token(token).get("shared-link")

    def file(self, token: str, name: str) -> Answer:
        """What the link leads to as a file."""
        return self.with_token(token).get(f"shared-link/files/{name}")

    def use(self, token: str) -> Answer:
        """Kernels of what the link leads to."""
        return self.client.post("shared-link/use", {"token": token})

    def copy(self, token: str, **more: object) -> Answer:
        """A copy of what the link leads to."""
        return self.client.post("shared-link/copies", {"token": token, **more})

    def with_token(self, token: str) -> Client:
        """A client that sends the link's token in the header."""
        return replace(self.client, headers={SHARE_HEADER: token})
