"""Building in a store, to the end, as the user anna."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from jupyterlab_terrarium.access.principals import Principal
from jupyterlab_terrarium.models.build import ENDED, Build, BuildState
from jupyterlab_terrarium.models.environment import EnvironmentCreate, VersionCreate
from jupyterlab_terrarium.services.opening import OpenStore

ANNA = Principal("anna", "Anna")
DATA = "name: data\ndependencies:\n  - terrarium-data{pin}\n"
KERNEL = "name: kernel\ndependencies:\n  - python\n  - ipykernel\n"
BIG = "name: big\ndependencies:\n  - terrarium-big\n  - python\n  - numpy\n"


def ended(store: OpenStore, build_id: str, seconds: float = 60) -> Build:
    """The build when it has ended."""
    limit = time.monotonic() + seconds

    def finished() -> bool:
        assert time.monotonic() < limit, store.services.builds.show(ANNA, build_id)
        return store.services.builds.show(ANNA, build_id).state in ENDED

    store.supervisor.wait_idle(finished)
    return store.services.builds.show(ANNA, build_id)


def create(store: OpenStore, text: str, **more: object) -> Build:
    """A new environment, built to the end."""
    made = store.services.environments.create(
        ANNA, EnvironmentCreate.model_validate({"specification": text, **more})
    )
    assert made.build is not None
    return ended(store, made.build.id)


def seed(root: Path, warm: Path) -> None:
    """Give *root* the package files and byte code of *warm*, as if it had built before."""
    root.mkdir(parents=True)
    for name in ("packages", "bytecode"):
        shutil.copytree(warm / name, root / name, symlinks=True, copy_function=os.link)


def next_version(store: OpenStore, name: str, text: str, **more: object) -> Build:
    """The next version of anna's environment *name*, built to the end."""
    request = VersionCreate.model_validate({"specification": text, **more})
    made = store.services.versions.create(ANNA, "anna", name, request)
    assert made.build is not None
    return ended(store, made.build.id)


def two_versions(store: OpenStore, name: str = "data") -> None:
    """anna's environment *name* with terrarium-data 1 in version 1, and 2 in version 2."""
    for number in (1, 2):
        text = DATA.format(pin=f" ={number}")
        build = create(store, text, name=name) if number == 1 else next_version(store, name, text)
        assert build.state is BuildState.READY, build.problem
