"""Pinned kernels are where the person's JupyterLab is, not where the store is (B2.1, C4.2)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from connected_help import eventually, here, make

from support.http import Client
from support.servers import JupyterProcess
from support.waiting import wait_for_build


@pytest.fixture(scope="module")
def path(mine: JupyterProcess) -> str:
    """An environment with two versions; the second one is current."""
    found = make(mine, "pinned")
    eventually(lambda: here(mine, found))
    text = "dependencies: [python, ipykernel, terrarium-data]"
    made = mine.client.post(f"environments/{found}/versions", {"specification": text})
    assert wait_for_build(mine.client, made.json["build"]["id"])["state"] == "ready"
    eventually(lambda: here(mine, found, 2))
    return found


def spec(mine: JupyterProcess, name: str) -> dict[str, Any] | None:
    """The kernelspec *name* of this account, when there is one."""
    file = mine.data / "kernels" / name / "kernel.json"
    return json.loads(file.read_text()) if file.is_file() else None


def pin(mine: JupyterProcess, path: str, version: int | str) -> str:
    """Name of a kernel pinned to *version*, asked for at the store."""
    made = mine.client.post(f"environments/{path}/kernels", {"version": version})
    assert made.status == 201, made.body
    return str(made.json["items"][0]["name"])


def start(mine: JupyterProcess, kernel: str) -> dict[str, Any]:
    """What a kernel of this name runs, started by the Jupyter server here."""
    site = mine.client.url.partition("/terrarium/")[0]
    jupyter: Client = replace(mine.client, url=site)
    started = jupyter.post("/api/kernels", {"name": kernel})
    assert started.status == 201, started.body
    identity = started.json["id"]
    try:
        found: dict[str, Any] = eventually(
            lambda: (
                (answer := mine.client.get(f"local/kernels/{identity}")).status == 200
                and answer.json["record"]
            )
        )
        return found
    finally:
        jupyter.request("DELETE", f"/api/kernels/{identity}")


def test_a_kernel_pinned_to_a_version_runs_it_here(mine: JupyterProcess, path: str) -> None:
    name = pin(mine, path, 1)
    eventually(lambda: spec(mine, name))
    assert start(mine, name)["version"] == 1
    # The environment's own kernel still runs what is current.
    [own] = mine.client.get(f"environments/{path}").json["kernels"]
    assert start(mine, own["name"])["version"] == 2
    mine.client.request("DELETE", f"environments/{path}/kernels/{name}")
    eventually(lambda: spec(mine, name) is None)


def test_a_kernel_that_follows_a_pointer_moves_here_too(mine: JupyterProcess, path: str) -> None:
    def leads_to(version: int) -> bool:
        prefix = Path(mine.client.get(f"environments/{path}/versions/{version}").json["prefix"])
        [link] = mine.root.glob("stores/*/current/*@stable")
        # Adopted, or built here by another test.
        return link.resolve().name == prefix.name

    pointer = f"environments/{path}/pointers/stable"
    mine.client.request("PUT", pointer, {"version": 1})
    name = pin(mine, path, "stable")
    eventually(lambda: spec(mine, name))
    eventually(lambda: leads_to(1))
    mine.client.request("PUT", pointer, {"version": 2})
    eventually(lambda: leads_to(2))
    assert start(mine, name)["version"] == 2


def test_a_rename_and_a_restart_keep_them(mine: JupyterProcess, path: str) -> None:
    name = pin(mine, path, 1)
    before = eventually(lambda: spec(mine, name))
    mine.client.request("PATCH", f"environments/{path}", {"name": "renamed"})
    eventually(
        lambda: (found := spec(mine, name)) and found["display_name"] != before["display_name"]
    )
    mine.stop()
    mine.start()
    assert spec(mine, name)
    assert start(mine, name)["version"] == 1
