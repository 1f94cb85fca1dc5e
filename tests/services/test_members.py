"""Shared namespaces and who has which role in them (C2.1)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyterlab_terrarium.access.principals import Limit, Principal
from jupyterlab_terrarium.models.environment import EnvironmentCreate
from jupyterlab_terrarium.models.namespace import MemberUpdate, NamespaceCreate
from jupyterlab_terrarium.models.policy import Policy
from jupyterlab_terrarium.models.problem import Conflict, Forbidden, NotFound
from jupyterlab_terrarium.models.token import TokenCreate
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from jupyterlab_terrarium.services.services import Services

ANNA, BERTA = Principal("anna"), Principal("berta")
OWNER, VIEWER = MemberUpdate(role="owner"), MemberUpdate(role="viewer")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    policy = Policy(group_namespaces=frozenset({"geo lab"}), administrators=frozenset({"root"}))
    store = OpenStore(StoreOptions(root=tmp_path / "store", policy=policy), builds=False)
    store.services.namespaces.create(ANNA, NamespaceCreate(name="team", title="The team"))
    yield store.services
    store.close()


def _names(services: Services, principal: Principal) -> list[str]:
    return [row.name for row in services.namespaces.page(principal).items]


def test_its_maker_owns_a_shared_namespace_and_others_see_it_once_they_are_members(
    services: Services,
) -> None:
    assert services.namespaces.show(ANNA, "team").role == "owner"
    assert _names(services, BERTA) == ["berta"]
    services.members.put(ANNA, "team", "user", "berta", VIEWER)
    assert _names(services, BERTA) == ["berta", "team"]
    with pytest.raises(Forbidden, match="your role in 'team' is viewer"):
        services.members.put(BERTA, "team", "user", "berta", OWNER)
    services.members.remove(BERTA, "team", "user", "berta")
    assert _names(services, BERTA) == ["berta"]


def test_who_gets_a_role_or_loses_it_is_told_and_no_stranger(services: Services) -> None:
    heads = Principal("x", groups=frozenset({"heads"}))

    def told(principal: Principal) -> list[str]:
        found = services.events.after(principal, 0).events
        return [f"{event.kind} {event.namespace}" for event in found]

    services.members.put(ANNA, "team", "user", "berta", VIEWER)
    assert told(BERTA) == ["members-changed team"]
    services.members.remove(ANNA, "team", "user", "berta")
    services.members.put(ANNA, "team", "group", "heads", VIEWER)
    services.members.remove(ANNA, "team", "group", "heads")
    # Nor is anybody told of what they do not see any more.
    assert told(BERTA) == ["members-changed "] * 2
    assert told(heads) == ["members-changed "] * 2
    assert told(ANNA) == ["members-changed team"] * 4
    assert told(Principal("carla")) == []


def test_somebody_always_decides_about_a_namespace(services: Services) -> None:
    with pytest.raises(Conflict, match="nobody would be left"):
        services.members.remove(ANNA, "team", "user", "anna")
    with pytest.raises(Conflict, match="nobody would be left"):
        services.members.put(ANNA, "team", "user", "anna", VIEWER)
    services.members.put(ANNA, "team", "group", "heads", OWNER)
    services.members.remove(ANNA, "team", "user", "anna")
    assert services.namespaces.show(Principal("x", groups=frozenset({"heads"})), "team")


def test_a_name_that_somebody_has_is_taken(services: Services) -> None:
    services.namespaces.ensure_personal(BERTA)
    for name in ("team", "berta"):
        with pytest.raises(Conflict, match="taken"):
            services.namespaces.create(BERTA, NamespaceCreate(name=name))


def test_a_personal_namespace_has_no_members(services: Services) -> None:
    services.namespaces.ensure_personal(ANNA)
    with pytest.raises(Conflict, match="personal"):
        services.members.put(ANNA, "anna", "user", "berta", VIEWER)
    with pytest.raises(Conflict, match="personal"):
        services.members.remove(ANNA, "anna", "user", "anna")


def test_a_group_gets_its_namespace_when_a_member_of_it_first_comes(services: Services) -> None:
    carla = Principal("carla", groups=frozenset({"geo lab", "students"}))
    assert services.people.has_news(carla)
    services.people.welcome(carla)
    assert not services.people.has_news(carla)
    assert _names(services, carla) == ["carla", "geo-lab"]
    assert services.namespaces.show(carla, "geo-lab").role == "editor"
    assert _names(services, BERTA) == ["berta"]


def test_administrators_own_what_is_shared_and_nothing_personal(services: Services) -> None:
    root = services.people.recognise(Principal("root"))
    services.namespaces.ensure_personal(ANNA)
    assert _names(services, root) == ["root", "team"]
    with pytest.raises(NotFound):
        services.namespaces.show(root, "anna")
    assert not services.people.recognise(ANNA).administrator


def test_a_token_allows_no_more_than_its_limit(services: Services) -> None:
    team = services.namespaces.show(ANNA, "team")
    reader = Principal("anna", limit=Limit("viewer", team.id))
    assert _names(services, reader) == ["team"]
    with pytest.raises(Forbidden):
        services.environments.create(
            reader,
            EnvironmentCreate(namespace="team", name="x", specification="dependencies: [zlib]"),
        )
    with pytest.raises(Forbidden):
        services.namespaces.create(reader, NamespaceCreate(name="other"))


def test_the_groups_of_somebody_who_does_not_call_are_those_that_were_seen_last(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = services.context.principal_of
    assert known("carla").groups == frozenset()
    services.people.welcome(Principal("carla", groups=frozenset({"geo lab", "students"})))
    assert known("carla").groups == {"geo lab", "students"}
    assert not known("carla").administrator
    services.people.welcome(Principal("carla", groups=frozenset({"students"})))
    assert known("carla").groups == {"students"}
    later = time.time() + 31 * 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    assert known("carla").groups == frozenset()


def test_whoever_has_left_a_group_is_in_none_of_it_any_more(services: Services) -> None:
    services.people.welcome(Principal("carla", groups=frozenset({"students"})))
    assert services.people.has_news(Principal("carla"))
    services.people.welcome(Principal("carla"))
    assert services.context.principal_of("carla").groups == frozenset()


def test_tokens_have_the_groups_that_their_user_was_seen_in_and_do_not_renew_them(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    carla = Principal("carla", groups=frozenset({"geo lab"}))
    services.people.welcome(carla)
    secret = services.tokens.create(carla, TokenCreate(expires_days=366)).token
    script = services.tokens.principal(secret)
    assert "geo-lab" in _names(services, script)
    later = time.time() + 2 * 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert not services.people.has_news(script)
    assert services.people.has_news(carla)
    # Thirty days after carla herself has called nobody vouches for the group any more.
    later += 29 * 86_400
    assert "geo-lab" not in _names(services, services.tokens.principal(secret))
