"""Getting back what a notebook records: by role, and by digest only within it (C4.2, C4.3)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from share_help import Person

from jupyterlab_terrarium.kernels import kernelspecs
from jupyterlab_terrarium.models.build import BuildState
from jupyterlab_terrarium.services.opening import OpenStore
from support.builds import ANNA, KERNEL, create, ended, next_version
from support.http import Answer


def record(store: OpenStore, name: str, number: int, **changed: object) -> dict[str, Any]:
    """What a notebook that was saved on anna's *name* says."""
    version = store.services.versions.show(ANNA, "anna", name, str(number))
    said = {"environment": f"anna/{name}", "version": number, "lock_digest": version.lock_digest}
    return said | changed


def card(person: Person, said: dict[str, Any]) -> Answer:
    return person.client.get("recorded-environment?" + urlencode(said))


def use(person: Person, said: dict[str, Any]) -> Answer:
    return person.client.post("recorded-environment/use", said)


def test_an_older_version_gives_a_kernel_pinned_to_it(
    anna: Person, lending_store: OpenStore
) -> None:
    assert create(lending_store, KERNEL, name="kept").state is BuildState.READY
    said = record(lending_store, "kept", 1)
    own = lending_store.services.environments.show(ANNA, "anna", "kept").kernels
    assert [one["name"] for one in use(anna, said).json["kernels"]] == [own[0].name]
    newer = KERNEL + "variables:\n  NEWER: version\n"
    assert next_version(lending_store, "kept", newer).state is BuildState.READY
    shown = card(anna, said).json
    assert (shown["name"], shown["version"], shown["ready"]) == ("kept", 1, True)
    used = use(anna, said).json
    assert (used["version"], used["ready"]) == (1, True)
    (pinned,) = used["kernels"]
    assert pinned["display_name"].startswith("kept@1 ")
    spec = json.loads((kernelspecs.directory() / pinned["name"] / "kernel.json").read_text())
    assert spec["metadata"]["terrarium"]["version"] == 1


def test_files_that_are_gone_are_built_from_the_same_lock(
    anna: Person, lending_store: OpenStore
) -> None:
    services = lending_store.services
    said = record(lending_store, "gone", 1)
    version = services.versions.show(ANNA, "anna", "gone", "1")
    shutil.rmtree(Path(str(version.prefix)))
    services.versions.forget_if_gone(ANNA, "anna", "gone", 1)
    assert card(anna, said).json["ready"] is False
    assert services.versions.show(ANNA, "anna", "gone", "1").prefix is None
    assert use(anna, said).json["ready"] is False
    build = services.versions.show(ANNA, "anna", "gone", "1").build
    assert build is not None
    assert ended(lending_store, build.id).state is BuildState.READY
    assert use(anna, said).json["ready"] is True
    assert services.versions.show(ANNA, "anna", "gone", "1").lock_digest == said["lock_digest"]


def test_it_is_found_under_another_name_by_the_digest_of_its_lock(
    anna: Person, lending_store: OpenStore
) -> None:
    shown = card(anna, record(lending_store, "data", 1, environment="old/name", version=9))
    assert (shown.json["namespace"], shown.json["version"]) == ("anna", 1)


def test_the_name_alone_is_not_believed(anna: Person, lending_store: OpenStore) -> None:
    said = record(lending_store, "data", 2, lock_digest="0" * 64)
    assert card(anna, said).status == use(anna, said).status == 404


def test_a_digest_gives_nobody_a_right(dora: Person, lending_store: OpenStore) -> None:
    for said in (record(lending_store, "data", 2), record(lending_store, "kernel", 1)):
        unknown = said | {"lock_digest": "0" * 64}
        assert card(dora, said).status == use(dora, said).status == 404
        # The answer is that about a digest that nobody has.
        assert card(dora, said).body == card(dora, unknown).body


def test_a_record_that_is_none_is_refused(anna: Person, lending_store: OpenStore) -> None:
    for wrong in ({"environment": "../x"}, {"version": 0}, {"lock_digest": "x"}):
        assert card(anna, record(lending_store, "data", 1, **wrong)).status in (400, 422)
