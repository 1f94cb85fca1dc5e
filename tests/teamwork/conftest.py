"""One store with a shared namespace, and a client for each of its people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from team_help import PEOPLE, Team

from jupyterlab_terrarium.models.namespace import MemberUpdate, NamespaceCreate
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from support.builds import DATA
from support.http import Client
from support.servers import JupyterProcess, StandaloneServer


@pytest.fixture(scope="session")
def team(tmp_path_factory: pytest.TempPathFactory, channel_url: str) -> Iterator[Team]:
    """The namespace `team` with the environment `data`; owner, editor, viewer, stranger."""
    home = tmp_path_factory.mktemp("teamwork")
    policy = StoreOptions(root=home).policy.model_copy(
        update={"administrators": frozenset({"administrator"})}
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_DATA_DIR", str(home / "data"))
        store = OpenStore(
            StoreOptions(root=home / "store", default_channels=[channel_url], policy=policy)
        )
        server = StandaloneServer(store.services, {f"t-{name}": name for name in PEOPLE}).start()
        found = Team(store, server)
        store.services.namespaces.create(found.owner, NamespaceCreate(name="team"))
        for name, role in PEOPLE.items():
            if role is not None and name not in ("owner", "administrator"):
                update = MemberUpdate(role=role)
                store.services.members.put(found.owner, "team", "user", name, update)
            found.client(name).get("namespaces")
        found.build("data", DATA.format(pin=" =1"))
        yield found
        server.stop()
        store.close()


@pytest.fixture(scope="session")
def strict(tmp_path_factory: pytest.TempPathFactory, channel_url: str) -> Iterator[JupyterProcess]:
    """A server that refuses whatever does not ask for a login by itself."""
    home = tmp_path_factory.mktemp("strict")
    server = JupyterProcess(
        home, home / "store", channel_url, "--ServerApp.allow_unauthenticated_access=False"
    ).start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def cookies(strict: JupyterProcess) -> Client:
    """A browser that has logged in, without the XSRF token that its pages would send."""
    answer = strict.client.get("status")
    login = answer.headers["set-cookie"].split(";")[0]
    client = Client(strict.client.url, None, {"Cookie": login})
    assert client.get("status").status == 200
    return client
