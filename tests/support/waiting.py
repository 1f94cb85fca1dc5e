"""Waiting for a build by events, as a client does, and for what nobody tells."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from .http import Client

ENDED = {"ready", "failed", "cancelled"}


def soon(holds: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether *holds* within this time."""
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return holds()


def wait_for_build(client: Client, build_id: str, seconds: float = 90) -> dict[str, Any]:
    """The build when it has ended; fails after *seconds*."""
    end = time.monotonic() + seconds
    after = 0
    while time.monotonic() < end:
        build: dict[str, Any] = client.get(f"builds/{build_id}").json
        if build["state"] in ENDED:
            return build
        after = client.get(f"events?after={after}&wait=5").json["last"]
    raise AssertionError(f"build {build_id} has not ended after {seconds} s: {build}")


def wait_for_state(
    client: Client, build_id: str, states: set[str], seconds: float = 60
) -> dict[str, Any]:
    """The build as soon as it is in one of *states* or has ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        build: dict[str, Any] = client.get(f"builds/{build_id}").json
        if build["state"] in states | ENDED:
            return build
        time.sleep(0.02)
    raise AssertionError(f"build {build_id} is not in {states} after {seconds} s: {build}")
