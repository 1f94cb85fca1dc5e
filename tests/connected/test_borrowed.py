"""What a link or a notebook's record gives is a kernel where the person's JupyterLab is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from connected_help import eventually, here, make

from support.servers import JupyterProcess
from support.waiting import wait_for_build


@pytest.fixture(scope="module")
def path(mine: JupyterProcess) -> str:
    """An environment with two versions; the first one is old."""
    found = make(mine, "lent")
    eventually(lambda: here(mine, found))
    text = "dependencies: [python, ipykernel, terrarium-data]"
    made = mine.client.post(f"environments/{found}/versions", {"specification": text})
    assert wait_for_build(mine.client, made.json["build"]["id"])["state"] == "ready"
    eventually(lambda: here(mine, found, 2))
    return found


def in_files(mine: JupyterProcess, used: dict[str, Any]) -> str:
    """Where the kernelspec leads to, as it stands in the Jupyter directories of this account."""
    [kernel] = used["kernels"]
    spec = json.loads((mine.data / "kernels" / kernel["name"] / "kernel.json").read_text())
    assert str(mine.root) in json.dumps(spec["argv"])
    return str(kernel["name"])


def test_a_link_to_a_version_gives_a_kernel_on_this_machine(
    mine: JupyterProcess, path: str
) -> None:
    made = mine.client.post(f"environments/{path}/shares", {"rights": "use", "version": "1"})
    assert made.status == 201, made.body
    used = mine.client.post("shared-link/use", {"token": made.json["token"]})
    assert used.status == 200, used.body
    assert (used.json["version"], used.json["ready"]) == (1, True)
    name = in_files(mine, used.json)
    # It is there as long as the link lives, also after a restart.
    mine.stop()
    mine.start()
    assert (mine.data / "kernels" / name / "kernel.json").is_file()


def test_a_notebook_s_record_gives_the_old_version_here(mine: JupyterProcess, path: str) -> None:
    version = mine.client.get(f"environments/{path}/versions/1").json
    record = {"environment": path, "version": 1, "lock_digest": version["lock_digest"]}
    used = mine.client.post("recorded-environment/use", record)
    assert used.status == 200, used.body
    assert used.json["ready"]
    assert in_files(mine, used.json)
    # What is current stays as it is.
    assert here(mine, path, 2)


def test_a_wrong_body_is_refused_by_the_store_in_its_words(mine: JupyterProcess) -> None:
    answer = mine.client.post("shared-link/use", {"nothing": 1})
    assert (answer.status, answer.json["code"]) == (400, "invalid-request")
    assert mine.client.request("POST", "shared-link/use", raw=b"no JSON").status == 400
    assert mine.client.post("shared-link/use", {"token": "x" * 30}).json["code"] == "share-dead"
