"""The kernel of a new notebook: that of the first recommended environment (C2.2)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from jupyterlab_terrarium.kernels import kernelspecs
from jupyterlab_terrarium.models.environment import EnvironmentUpdate
from jupyterlab_terrarium.models.namespace import NamespaceCreate
from jupyterlab_terrarium.services.default_kernel import default_kernel
from jupyterlab_terrarium.services.opening import OpenStore
from jupyterlab_terrarium.store import links
from support.builds import ANNA, KERNEL, create, seed
from support.http import Client
from support.servers import JupyterProcess
from support.waiting import wait_for_build

NATIVE = "python3"


@pytest.fixture
def server(tmp_path: Path, channel_url: str, warm_root: Path) -> Iterator[JupyterProcess]:
    seed(tmp_path / "store", warm_root)
    server = JupyterProcess(tmp_path, tmp_path / "store", channel_url).start()
    yield server
    server.stop()


def default_of(client: Client) -> str:
    """The default kernel that this Jupyter server tells its browsers."""
    at = client.url.index("/terrarium/")
    found: str = replace(client, url=client.url[:at]).get("/api/kernelspecs").json["default"]
    return found


def becomes(client: Client, wanted: str) -> bool:
    """Whether *wanted* is the default within some seconds."""
    end = time.monotonic() + 30
    while (found := default_of(client)) != wanted and time.monotonic() < end:
        time.sleep(0.05)
    return found == wanted


def test_a_new_notebook_begins_with_what_is_recommended_until_it_is_no_more(
    server: JupyterProcess,
) -> None:
    client = server.client
    made = client.post("environments", {"specification": KERNEL}).json
    assert wait_for_build(client, made["build"]["id"])["state"] == "ready"
    path = f"environments/{made['namespace']}/kernel"
    [kernel] = client.get(path).json["kernels"]
    assert default_of(client) == NATIVE
    assert client.request("PATCH", path, {"recommended": True}).json["recommended"]
    assert becomes(client, kernel["name"])
    client.request("PATCH", path, {"recommended": False})
    assert becomes(client, NATIVE)
    client.request("PATCH", path, {"recommended": True})
    assert becomes(client, kernel["name"])
    client.request("DELETE", path)
    assert becomes(client, NATIVE)


def test_a_team_lists_what_it_recommends_before_the_rest(store: OpenStore) -> None:
    services, context = store.services, store.context
    services.namespaces.create(ANNA, NamespaceCreate(name="team"))
    for name in ("one", "two"):
        create(store, KERNEL, namespace="team", name=name)
    assert default_kernel(context) is None
    services.environments.update(ANNA, "team", "one", EnvironmentUpdate(recommended=True))
    services.environments.update(ANNA, "team", "two", EnvironmentUpdate(title="Newer"))
    with context.database.read() as session:
        listed = [one.environment for one in links.linked(session, context.platform)]
    assert listed == ["one", "two"]
    [kernel] = services.environments.show(ANNA, "team", "one").kernels
    assert default_kernel(context) == kernel.name
    kernelspecs.unregister(kernel.name, root=context.layout.root)
    assert default_kernel(context) is None
