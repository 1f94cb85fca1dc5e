"""Handing over everything that a person owns, in one step (C2.3)."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyterlab_terrarium.access.principals import Limit, Principal
from jupyterlab_terrarium.kernels import kernelspecs
from jupyterlab_terrarium.models.namespace import MemberUpdate, NamespaceCreate
from jupyterlab_terrarium.models.problem import Conflict, Forbidden, InvalidRequest, NotFound
from jupyterlab_terrarium.models.share import ShareCopy, ShareCreate
from jupyterlab_terrarium.models.transfer import TransferRequest
from jupyterlab_terrarium.services import transfers
from jupyterlab_terrarium.services.opening import OpenStore
from support.builds import ANNA, KERNEL, create, next_version

BERTA, ROOT = Principal("berta"), Principal("root", administrator=True)
TO_BERTA = TransferRequest(to_user="berta")
EDITOR, OWNER = MemberUpdate(role="editor"), MemberUpdate(role="owner")


def names(store: OpenStore, principal: Principal) -> set[str]:
    """What somebody sees, as ``namespace/name``."""
    page = store.services.environments.page(principal, limit=100)
    return {f"{item.namespace}/{item.name}" for item in page.items}


def copied(store: OpenStore, name: str, to: Principal) -> None:
    """An environment of *to* with the files of anna's."""
    token = store.services.shares.create(ANNA, "anna", name, ShareCreate(rights="copy")).token
    store.services.shared_links.copy(to, ShareCopy(token=token))


def test_environments_keep_history_kernels_and_links_and_clashes_are_told(
    store: OpenStore,
) -> None:
    services = store.services
    create(store, KERNEL)
    next_version(store, "kernel", KERNEL + "# Again.\n")
    create(store, "name: gone\ndependencies: [terrarium-data]\n")
    services.environments.delete(ANNA, "anna", "gone")
    copied(store, "kernel", BERTA)
    link = services.shares.create(ANNA, "anna", "kernel", ShareCreate(rights="use")).token
    before = services.environments.show(ANNA, "anna", "kernel")

    done = services.transfers.run(ROOT, "anna", TO_BERTA)
    [moved] = done.environments
    assert (moved.before, moved.after, moved.renamed) == ("anna/kernel", "berta/kernel-2", True)
    assert done.deleted == 1
    assert names(store, ANNA) == set()
    assert names(store, BERTA) == {"berta/kernel", "berta/kernel-2"}

    after = services.environments.show(BERTA, "berta", "kernel-2")
    assert (after.id, after.latest, after.current) == (before.id, 2, 2)
    assert [kernel.name for kernel in after.kernels] == [kernel.name for kernel in before.kernels]
    root = store.context.layout.root
    assert all(kernelspecs.is_registered(kernel.name, root) for kernel in after.kernels)
    assert Path(str(after.interpreter)).is_file()
    card = services.shared_links.card(Principal("carla"), link)
    assert (card.name, card.shared_by) == ("kernel-2", "berta")
    [gone] = services.deletion.page(BERTA).items
    assert services.deletion.restore(BERTA, gone.id, None).namespace == "berta"

    again = services.transfers.run(ROOT, "anna", TO_BERTA)
    assert (again.environments, again.roles, again.links, again.deleted) == ([], [], 0, 0)


def test_what_fails_leaves_everything_where_it_was(
    store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(store, KERNEL)
    store.services.namespaces.ensure_personal(BERTA)
    link = store.context.layout.environment_link("anna", "kernel")

    def broken(*_: object, **__: object) -> int:
        raise Conflict("it went wrong after the files had moved")

    monkeypatch.setattr(transfers.transfers, "hand_over_links", broken)
    with pytest.raises(Conflict):
        store.services.transfers.run(ANNA, "anna", TO_BERTA)
    assert names(store, ANNA) == {"anna/kernel"}
    assert link.is_symlink()
    assert not store.context.layout.environment_link("berta", "kernel").is_symlink()


@pytest.fixture
def people(store: OpenStore) -> OpenStore:
    """anna owns one team and is an editor of another; berta has been here."""
    services = store.services
    services.namespaces.create(ANNA, NamespaceCreate(name="hers"))
    services.namespaces.create(ROOT, NamespaceCreate(name="others"))
    services.members.put(ROOT, "others", "user", "anna", EDITOR)
    for principal in (ANNA, BERTA):
        services.namespaces.ensure_personal(principal)
    return store


def roles(store: OpenStore, principal: Principal) -> dict[str, str]:
    page = store.services.namespaces.page(principal)
    return {item.name: item.role for item in page.items if item.kind == "shared"}


def test_an_administrator_hands_over_every_role(people: OpenStore) -> None:
    people.services.members.put(ROOT, "others", "user", "berta", OWNER)
    people.services.transfers.run(ROOT, "anna", TO_BERTA)
    assert roles(people, ANNA) == {}
    # Who has more than what is handed over keeps it.
    assert roles(people, BERTA) == {"hers": "owner", "others": "owner"}


def test_a_person_hands_over_only_roles_that_they_decide_about(people: OpenStore) -> None:
    done = people.services.transfers.run(ANNA, "anna", TO_BERTA)
    assert [(role.namespace, role.kept) for role in done.roles] == [
        ("hers", False),
        ("others", True),
    ]
    assert roles(people, ANNA) == {"others": "editor"}
    assert roles(people, BERTA) == {"hers": "owner"}


def test_environments_may_go_into_a_namespace_and_roles_then_stay(people: OpenStore) -> None:
    create(people, "name: data\ndependencies: [terrarium-data]\n")
    done = people.services.transfers.run(ANNA, "anna", TransferRequest(to_namespace="hers"))
    assert [item.after for item in done.environments] == ["hers/data"]
    assert roles(people, ANNA) == {"hers": "owner", "others": "editor"}


def test_nobody_else_hands_over_and_nothing_goes_nowhere(people: OpenStore) -> None:
    run = people.services.transfers.run
    with pytest.raises(Forbidden):
        run(BERTA, "anna", TO_BERTA)
    with pytest.raises(Forbidden):
        run(BERTA, "nobody", TO_BERTA)
    with pytest.raises(Forbidden, match="token"):
        run(Principal("anna", limit=Limit("owner")), "anna", TO_BERTA)
    with pytest.raises(NotFound, match="nobody called 'zoe'"):
        run(ANNA, "anna", TransferRequest(to_user="zoe"))
    with pytest.raises(NotFound, match="nobody called 'zoe'"):
        run(ROOT, "zoe", TO_BERTA)
    with pytest.raises(NotFound):
        run(ANNA, "anna", TransferRequest(to_namespace="nowhere"))
    for wrong in (
        TransferRequest(),
        TransferRequest(to_user="anna"),
        TransferRequest(to_namespace="anna"),
    ):
        with pytest.raises(InvalidRequest):
            run(ANNA, "anna", wrong)


def test_a_name_gets_the_first_number_that_is_free() -> None:
    assert transfers.free_name("a", {"a", "a-2"}) == "a-3"
    long = "x" * 62 + "y"
    assert transfers.free_name(long, {long}) == "x" * 61 + "-2"
    assert transfers.free_name("x" * 60 + "-yy", {"x" * 60 + "-yy"}) == "x" * 60 + "-2"
