"""Whoever has a panel open learns that roles have changed (C2.1)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyterlab_terrarium.access.principals import Limit, Principal
from jupyterlab_terrarium.models.environment import EnvironmentCreate
from jupyterlab_terrarium.models.event import Event
from jupyterlab_terrarium.models.namespace import MemberUpdate, NamespaceCreate
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from jupyterlab_terrarium.services.services import Services

ANNA, BERTA, ZOE = Principal("anna"), Principal("berta"), Principal("zoe")
CARLA = Principal("carla", groups=frozenset({"students"}))
VIEWER, EDITOR = MemberUpdate(role="viewer"), MemberUpdate(role="editor")


class Listening:
    """What somebody is told about members since they began to listen."""

    def __init__(self, services: Services, principal: Principal) -> None:
        self._services = services
        self._principal = principal
        self._after = services.status.show(principal).last_event

    def heard(self) -> list[Event]:
        page = self._services.events.after(self._principal, self._after)
        self._after = page.last
        return [event for event in page.events if event.kind == "members-changed"]


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """anna's team with an environment and a viewer: berta."""
    store = OpenStore(StoreOptions(root=tmp_path / "store"), builds=False)
    found = store.services
    found.namespaces.create(ANNA, NamespaceCreate(name="team"))
    found.members.put(ANNA, "team", "user", "berta", VIEWER)
    request = EnvironmentCreate(namespace="team", name="one", specification="dependencies: [zlib]")
    found.environments.create(ANNA, request)
    yield found
    store.close()


def test_members_are_told_of_each_other_and_strangers_of_nothing(services: Services) -> None:
    owner, viewer, stranger = (Listening(services, who) for who in (ANNA, BERTA, ZOE))
    services.members.put(ANNA, "team", "user", "dora", VIEWER)
    for somebody in (owner, viewer):
        (event,) = somebody.heard()
        assert (event.namespace, event.environment) == ("team", "")
        assert event.data == {"member": "user:dora", "yours": False}
    assert stranger.heard() == []


def test_who_gets_a_role_or_another_one_is_told_so(services: Services) -> None:
    berta, zoe = Listening(services, BERTA), Listening(services, ZOE)
    services.members.put(ANNA, "team", "user", "berta", EDITOR)
    services.members.put(ANNA, "team", "user", "zoe", VIEWER)
    assert [event.data["yours"] for event in berta.heard()] == [True, False]
    # Those from before she came are hers to see now, too; the last one is about her.
    assert zoe.heard()[-1].data == {"member": "user:zoe", "yours": True}
    services.members.put(ANNA, "team", "user", "berta", EDITOR)
    assert berta.heard() == [], "the same role again is no change"


def test_who_loses_a_role_is_told_that_and_not_even_where(services: Services) -> None:
    berta = Listening(services, BERTA)
    script = Listening(services, Principal("berta", limit=Limit("owner")))
    services.members.remove(ANNA, "team", "user", "berta")
    (event,) = berta.heard()
    assert (event.namespace, event.environment, event.data) == ("", "", {"yours": True})
    assert script.heard() == []


def test_a_group_is_told_as_its_people_are(services: Services) -> None:
    carla = Listening(services, CARLA)
    services.members.put(ANNA, "team", "group", "students", VIEWER)
    assert [event.data["yours"] for event in carla.heard()] == [True]
    services.members.remove(ANNA, "team", "group", "students")
    assert [event.namespace for event in carla.heard()] == [""]


def test_a_role_on_one_environment_names_it(services: Services) -> None:
    berta = Listening(services, BERTA)
    services.members.put(ANNA, "team", "user", "berta", EDITOR, "one")
    (event,) = berta.heard()
    assert (event.namespace, event.environment) == ("team", "one")
    assert event.data["yours"] is True
