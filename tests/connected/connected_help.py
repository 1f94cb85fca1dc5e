"""What tests of a connected server share."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from support.servers import JupyterProcess


def eventually(ask: Callable[[], Any], seconds: float = 90) -> Any:
    """What *ask* gives as soon as it is true."""
    end = time.monotonic() + seconds
    while not (found := ask()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)
    return found


def make(mine: JupyterProcess, name: str, dependency: str = "ipykernel") -> str:
    """An environment in the team store, asked for from here; where it is, as a path."""
    text = f"dependencies: [python, {dependency}]"
    made = mine.client.post("environments", {"name": name, "specification": text})
    assert made.status == 201, made.body
    return f"{made.json['namespace']}/{name}"


def here(mine: JupyterProcess, path: str, version: int = 1) -> dict[str, Any] | None:
    """The environment when that version is ready on this machine."""
    found: dict[str, Any] = mine.client.get(f"local/environments/{path}").json
    return found if (found.get("state"), found.get("version")) == ("ready", version) else None
