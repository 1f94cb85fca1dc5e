"""What anna does to a store, one request after the other, in a process that may be killed."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Literal

from faults.tiny import specification
from jupyterlab_terrarium.builds.solver_client import Solution, SolverClient
from jupyterlab_terrarium.builds.supervisor import Supervisor
from jupyterlab_terrarium.models.artifact import UNDER_WAY, ArtifactChoice
from jupyterlab_terrarium.models.build import Build
from jupyterlab_terrarium.models.disk_problem import disk_problem
from jupyterlab_terrarium.models.environment import (
    EnvironmentCreate,
    EnvironmentUpdate,
    VersionCreate,
)
from jupyterlab_terrarium.models.lock import Lock
from jupyterlab_terrarium.models.policy import Policy, Retention
from jupyterlab_terrarium.models.problem import TerrariumError
from jupyterlab_terrarium.models.specification import Specification
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from jupyterlab_terrarium.store import tables
from jupyterlab_terrarium.store.prefixes import empty_trash
from jupyterlab_terrarium.store.tables import EnvironmentRow, now
from support.builds import ANNA, ended

Kind = Literal[
    "create", "update", "rebuild", "current", "rename", "delete", "restore", "purge", "clean",
    "repair", "empty", "try", "throw", "export", "forget",
]  # fmt: skip
STRICT = Retention(
    keep_last=1, keep_days=0, used_days=0, cache_days=0, deleted_days=30, artifact_days=0
)


@dataclass(frozen=True)
class Operation:
    """One request: what, of which environment; *number* is the version of ``tiny`` or a version."""

    kind: Kind
    name: str = ""
    number: int = 1
    other: str = ""


@dataclass(frozen=True)
class Scene:
    """Where a store and its user's files are; *locks* are what its solver answers.

    The wall clock is *days* ahead.
    """

    home: Path
    locks: Mapping[int, Lock]
    days: float = 0.0

    @property
    def root(self) -> Path:
        return self.home / "store"

    @property
    def faults(self) -> Path:
        return self.home / "faults"

    def open(self) -> OpenStore:
        """The store, with the strictest rules.

        Its solver answers from memory and no worker is kept waiting: processes whose start costs
        more than all that is tested here. ``test_server_killed`` has them.
        """
        os.environ["JUPYTER_DATA_DIR"] = str(self.home / "data")
        SolverClient.start = lambda _: None
        SolverClient.solve = lambda _, wanted, **more: self._solve(wanted)
        Supervisor._keep_spare = lambda _: None
        if self.days:
            _shift_clock(timedelta(days=self.days))
        policy = Policy(retention=STRICT, disk_reserve=0)
        return OpenStore(StoreOptions(root=self.root, policy=policy))

    def _solve(self, wanted: Specification) -> Solution:
        [number] = [n for n in self.locks if f"tiny ={n}" in str(wanted.model_dump())]
        lock = self.locks[number].model_copy(update={"variables": wanted.variables})
        return Solution(lock=lock, seconds=0.0)


def _shift_clock(by: timedelta) -> None:
    """What this process reads as the time of day, from now on."""
    true = time.time

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Shifted:
            return cls.fromtimestamp(true(), tz) + by

    tables.datetime = Shifted
    time.time = lambda: true() + by.total_seconds()


@dataclass
class Answer:
    """How a request ended: *build* when it had one, *problem* when it was refused or failed."""

    build: Build | None = None
    problem: str = ""
    raised: str = ""


def perform(store: OpenStore, wanted: Operation) -> Answer:
    """Do it, a build to its end."""
    try:
        build_id = _ACTIONS[wanted.kind](store, wanted)
        return Answer(None if build_id is None else ended(store, build_id))
    except TerrariumError as error:
        return Answer(problem=error.message)
    except Exception as error:
        disk = disk_problem(error)
        if disk is not None:
            return Answer(problem=disk.message)
        return Answer(raised=f"{type(error).__name__}: {error}")


def _create(store: OpenStore, wanted: Operation) -> str | None:
    text = specification(wanted.number, wanted.other)
    made = store.services.environments.create(
        ANNA, EnvironmentCreate(name=wanted.name, specification=text)
    )
    return None if made.build is None else made.build.id


def _update(store: OpenStore, wanted: Operation) -> str | None:
    text = specification(wanted.number, wanted.other)
    made = store.services.versions.create(
        ANNA, "anna", wanted.name, VersionCreate(specification=text)
    )
    return None if made.build is None else made.build.id


def _rebuild(store: OpenStore, wanted: Operation) -> str:
    return store.services.versions.rebuild(ANNA, "anna", wanted.name, str(wanted.number))


def _current(store: OpenStore, wanted: Operation) -> None:
    request = EnvironmentUpdate(current=wanted.number)
    store.services.environments.update(ANNA, "anna", wanted.name, request)


def _rename(store: OpenStore, wanted: Operation) -> None:
    request = EnvironmentUpdate(name=wanted.other)
    store.services.environments.update(ANNA, "anna", wanted.name, request)


def _delete(store: OpenStore, wanted: Operation) -> None:
    store.services.environments.delete(ANNA, "anna", wanted.name)


def _restore(store: OpenStore, wanted: Operation) -> str | None:
    for one in store.services.deletion.page(ANNA).items:
        if one.name == wanted.name:
            build = store.services.deletion.restore(ANNA, one.id).build
            return None if build is None else build.id
    raise TerrariumError(f"{wanted.name} is not deleted")


def _purge(store: OpenStore, wanted: Operation) -> None:
    """A month after its deletion, an environment goes for good."""
    with store.database.write() as session:
        for row in session.query(EnvironmentRow).filter(EnvironmentRow.deleted.is_not(None)):
            row.deleted = now() - timedelta(days=31)
    _clean(store, wanted)


def _clean(store: OpenStore, wanted: Operation) -> None:
    report = store.services.cleanup.report(ANNA)
    store.services.cleanup.apply(ANNA, report.id)


def _repair(store: OpenStore, wanted: Operation) -> None:
    """Some program has damaged the files; anna has them put right."""
    shown = store.services.environments.show(ANNA, "anna", wanted.name).current_version
    if shown is None or shown.prefix is None:
        raise TerrariumError(f"{wanted.name} has no files")
    (Path(shown.prefix) / "share/one").unlink(missing_ok=True)
    (Path(shown.prefix) / "bin/tiny").unlink(missing_ok=True)
    (Path(shown.prefix) / "share/added").write_text("by hand")
    store.services.verification.verify(ANNA, "anna", wanted.name, "current", repair=True)


def _empty(store: OpenStore, wanted: Operation) -> None:
    (store.layout.trash / "old").mkdir(exist_ok=True)
    empty_trash(store.layout)


def _try(store: OpenStore, wanted: Operation) -> None:
    store.services.scratches.create(ANNA, "anna", wanted.name, "current")


def _throw(store: OpenStore, wanted: Operation) -> None:
    if not store.services.scratches.page(ANNA).items:
        _try(store, wanted)
    for one in store.services.scratches.page(ANNA).items:
        store.services.scratches.discard(ANNA, one.id)


def _export(store: OpenStore, wanted: Operation) -> None:
    """A form that is made of files, to its end."""
    which = ("anna", wanted.name, "current")
    made = store.services.artifacts.make(ANNA, *which, "archive-gz", ArtifactChoice())
    limit = time.monotonic() + 60
    found = made

    def over() -> bool:
        nonlocal found
        assert time.monotonic() < limit, found
        forms = store.services.artifacts.forms(ANNA, *which).items
        found = next(one for form in forms for one in form.artifacts if one.id == made.id)
        return found.state not in UNDER_WAY

    store.supervisor.wait_idle(over)
    if found.problem is not None:
        raise TerrariumError(found.problem.detail)


def _forget(store: OpenStore, wanted: Operation) -> None:
    """Clean-up finds a form that nobody has taken."""
    _export(store, wanted)
    _clean(store, wanted)


_ACTIONS: dict[Kind, Any] = {
    "create": _create,
    "update": _update,
    "rebuild": _rebuild,
    "current": _current,
    "rename": _rename,
    "delete": _delete,
    "restore": _restore,
    "purge": _purge,
    "clean": _clean,
    "repair": _repair,
    "empty": _empty,
    "try": _try,
    "throw": _throw,
    "export": _export,
    "forget": _forget,
}
