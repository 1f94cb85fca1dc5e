"""Roles on one environment only: they add to the role in its namespace (C2.1)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyterlab_terrarium.access.principals import Limit, Principal
from jupyterlab_terrarium.models.environment import (
    EnvironmentCreate,
    EnvironmentUpdate,
    VersionCreate,
)
from jupyterlab_terrarium.models.namespace import MemberUpdate, NamespaceCreate
from jupyterlab_terrarium.models.problem import Conflict, Forbidden, NotFound
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from jupyterlab_terrarium.services.services import Services

ANNA, BERTA = Principal("anna"), Principal("berta")
CARLA = Principal("carla", groups=frozenset({"students"}))
VIEWER, EDITOR = MemberUpdate(role="viewer"), MemberUpdate(role="editor")
OWNER = MemberUpdate(role="owner")
TITLE = EnvironmentUpdate(title="Changed")
SPECIFICATION = "dependencies: [zlib]"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """anna's team with two environments, and viewers: berta, and carla by a group."""
    store = OpenStore(StoreOptions(root=tmp_path / "store"), builds=False)
    found = store.services
    for team in ("team", "other"):
        found.namespaces.create(ANNA, NamespaceCreate(name=team))
    found.members.put(ANNA, "team", "user", "berta", VIEWER)
    found.members.put(ANNA, "team", "group", "students", VIEWER)
    for name in ("one", "two"):
        request = EnvironmentCreate(namespace="team", name=name, specification=SPECIFICATION)
        found.environments.create(ANNA, request)
    yield found
    store.close()


def may(services: Services, principal: Principal, name: str, namespace: str = "team") -> bool:
    """Whether somebody may change an environment."""
    try:
        services.environments.update(principal, namespace, name, TITLE)
    except Forbidden:
        return False
    return True


def test_an_editor_of_one_environment_changes_that_one_only(services: Services) -> None:
    assert not may(services, BERTA, "one")
    services.members.put(ANNA, "team", "user", "berta", EDITOR, "one")
    assert may(services, BERTA, "one")
    assert not may(services, BERTA, "two")
    made = services.versions.create(
        BERTA, "team", "one", VersionCreate(specification=SPECIFICATION)
    )
    assert made.build is not None
    assert services.builds.cancel(BERTA, made.build.id)
    assert services.environments.show(BERTA, "team", "one").role == "editor"
    assert services.environments.show(BERTA, "team", "two").role == "viewer"
    # Neither what needs more, nor anything in the namespace itself.
    with pytest.raises(Forbidden):
        services.environments.update(BERTA, "team", "one", EnvironmentUpdate(recommended=True))
    with pytest.raises(Forbidden):
        services.environments.delete(BERTA, "team", "one")
    with pytest.raises(Forbidden):
        request = EnvironmentCreate(namespace="team", name="new", specification=SPECIFICATION)
        services.environments.create(BERTA, request)
    services.members.remove(ANNA, "team", "user", "berta", "one")
    assert not may(services, BERTA, "one")


def test_a_group_may_have_a_role_on_one_environment(services: Services) -> None:
    services.members.put(ANNA, "team", "group", "students", EDITOR, "two")
    assert may(services, CARLA, "two")
    assert not may(services, CARLA, "one")
    assert not may(services, BERTA, "two")


def test_an_owner_of_one_environment_decides_about_it(services: Services) -> None:
    services.members.put(ANNA, "team", "user", "berta", OWNER, "one")
    services.members.put(BERTA, "team", "group", "students", EDITOR, "one")
    assert [row.name for row in services.members.page(CARLA, "team", "one").items] == [
        "berta",
        "students",
    ]
    with pytest.raises(Forbidden):
        services.members.put(BERTA, "team", "group", "students", EDITOR)
    changed = services.environments.update(
        BERTA, "team", "one", EnvironmentUpdate(recommended=True, name="first")
    )
    assert changed.recommended
    # The role is on the environment, whatever that is called.
    services.environments.delete(BERTA, "team", "first")


def test_it_shows_nothing_to_somebody_who_does_not_see_the_namespace(services: Services) -> None:
    stranger = Principal("zoe")
    services.members.put(ANNA, "team", "user", "zoe", OWNER, "one")
    with pytest.raises(NotFound):
        services.environments.show(stranger, "team", "one")
    assert services.environments.page(stranger).total == 0
    services.members.put(ANNA, "team", "user", "zoe", VIEWER)
    assert may(services, stranger, "one")


def test_a_token_and_another_namespace_narrow_it(services: Services) -> None:
    services.members.put(ANNA, "team", "user", "berta", EDITOR, "one")
    assert not may(services, Principal("berta", limit=Limit("viewer")), "one")
    services.members.put(ANNA, "other", "user", "berta", VIEWER)
    services.environments.update(ANNA, "team", "one", EnvironmentUpdate(namespace="other"))
    assert not may(services, BERTA, "one", "other")


def test_the_role_is_lower_than_in_the_namespace_only_in_name(services: Services) -> None:
    services.members.put(ANNA, "team", "user", "anna", VIEWER, "one")
    assert may(services, ANNA, "one")
    with pytest.raises(Conflict, match="personal"):
        services.environments.create(
            ANNA, EnvironmentCreate(name="mine", specification=SPECIFICATION)
        )
        services.members.put(ANNA, "anna", "user", "berta", EDITOR, "mine")
    with pytest.raises(NotFound):
        services.members.put(ANNA, "team", "user", "berta", EDITOR, "nothing")
