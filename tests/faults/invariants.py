"""What must hold in a store after whatever has happened to it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import psutil
from sqlalchemy.orm import Session

from jupyterlab_terrarium.builds.liveness import is_alive
from jupyterlab_terrarium.conda.files import sha256_of
from jupyterlab_terrarium.conda.verification import verify_prefix
from jupyterlab_terrarium.kernels import kernelspecs
from jupyterlab_terrarium.models.artifact import UNDER_WAY, ArtifactState
from jupyterlab_terrarium.models.build import ENDED, BuildState
from jupyterlab_terrarium.models.digest import prefix_name
from jupyterlab_terrarium.services.opening import OpenStore
from jupyterlab_terrarium.store import cache_verification, kernels, locks
from jupyterlab_terrarium.store.artifact_tables import ArtifactRow
from jupyterlab_terrarium.store.flock import is_locked
from jupyterlab_terrarium.store.prefixes import is_complete
from jupyterlab_terrarium.store.tables import (
    BuildRow,
    EnvironmentRow,
    NamespaceRow,
    PrefixRow,
    ScratchRow,
    VersionRow,
)
from support.leftovers import processes_of


def assert_recovered(store: OpenStore) -> None:
    """Nothing lost, nothing half, nothing left over; all builds must have ended."""
    assert (found := problems(store)) == [], "\n".join(found)


def problems(store: OpenStore) -> list[str]:
    """The same as sentences, none of them when all is well."""
    with store.database.read() as session:
        return [
            *_lost(session),
            *_half(store, session),
            *_links(store, session),
            *_kernels(store, session),
            *_layers(store, session),
            *_forms(store, session),
            *_altered(store, session),
            *_left_over(store),
            *_orphans(store),
        ]


def _lost(session: Session) -> Iterator[str]:
    """What was accepted ends ready, failed with a reason, or cancelled."""
    for build in session.query(BuildRow):
        state = BuildState(build.state)
        if state not in ENDED:
            yield f"build {build.id} has not ended: {state.value}, owner {build.owner}"
        if state is BuildState.FAILED and not (build.problem or {}).get("detail"):
            yield f"build {build.id} failed without a reason"
        if "defect of its own" in str(build.problem):
            yield f"build {build.id} met a defect of ours"
    living = session.query(EnvironmentRow).filter(EnvironmentRow.deleted.is_(None))
    for environment in living:
        versions = session.query(VersionRow).filter_by(environment_id=environment.id).all()
        shown = environment.current_version_id or environment.latest_version_id
        if environment.lock_digest not in {v.lock_digest for v in versions if v.id == shown}:
            yield f"lists show another lock of {environment.name} than its version has"
        if not versions:
            yield f"{environment.name} has no version"
        for version in versions:
            built = session.query(BuildRow).filter_by(version_id=version.id).all()
            if not built:
                yield f"{environment.name}@{version.number} was accepted and has no build"
            if environment.current_version_id is None and any(
                one.state == BuildState.READY.value and not one.checks for one in built
            ):
                yield f"{environment.name}@{version.number} is ready and nothing is current"


def _half(store: OpenStore, session: Session) -> Iterator[str]:
    """Rows say complete what is complete; whatever is not complete, nobody shows or holds."""
    recorded = set(session.scalars(session.query(PrefixRow.digest).statement))
    for digest in recorded:
        if is_complete(store.layout, digest) is None:
            yield f"the prefix {prefix_name(digest)} is recorded and not complete"
    for entry in store.layout.prefixes.iterdir():
        if is_locked(store.layout.locks / entry.name):
            yield f"somebody still holds {entry.name}"


def _current(store: OpenStore, session: Session, environment: EnvironmentRow) -> Path | None:
    """Where the links of *environment* must lead."""
    if environment.deleted is not None or environment.current_version_id is None:
        return None
    version = session.get_one(VersionRow, environment.current_version_id)
    part = locks.platform(session, version.lock_digest, store.context.platform)
    if part is None or locks.prefix(session, part.digest) is None:
        return None
    return store.layout.prefix(part.digest)


def _links(store: OpenStore, session: Session) -> Iterator[str]:
    layout = store.layout
    wanted: dict[Path, Path] = {}
    for environment in session.query(EnvironmentRow):
        target = _current(store, session, environment)
        if target is None:
            if environment.current_version_id is not None and environment.deleted is None:
                yield f"the current version of {environment.name} has no files"
            continue
        namespace = session.get_one(NamespaceRow, environment.namespace_id)
        wanted[layout.environment_link(namespace.name, environment.name)] = target
        wanted[layout.kernel_link(environment.id)] = target
    found = {
        link: link.readlink() if link.is_symlink() else None
        for link in (*layout.envs.glob("*/envs/*"), *layout.current.iterdir())
    }
    if found != wanted:
        yield f"links are {found}, should be {wanted}"


def _kernels(store: OpenStore, session: Session) -> Iterator[str]:
    """A kernelspec for each kernel of a current version, and no other one of ours."""
    wanted: dict[str, str] = {}
    for environment in session.query(EnvironmentRow):
        prefix = _current(store, session, environment)
        rows = kernels.of(session, environment.id)
        if prefix is None:
            wanted.update({row.name: "of an environment without files" for row in rows})
            continue
        present = prefix / "share/jupyter/kernels"
        names = {entry.name for entry in present.iterdir()} if present.is_dir() else set()
        if names != {row.kernel for row in rows}:
            yield f"{environment.name} has kernels {names}, recorded are {rows}"
        for row in rows:
            wanted[row.name] = environment.name
    for layer in session.query(ScratchRow):
        version = session.get_one(VersionRow, layer.version_id)
        wanted[layer.kernel] = session.get_one(EnvironmentRow, version.environment_id).name
    found: dict[str, str] = {}
    for spec in kernelspecs.list_ours(store.layout.root):
        document = json.loads(spec.text)
        environment_row = session.get(EnvironmentRow, spec.environment_id)
        name = "" if environment_row is None else environment_row.name
        found[spec.name] = name
        if not document["display_name"].startswith(name):
            yield f"the kernel {spec.name} of {name} is called {document['display_name']}"
    if found != wanted:
        yield f"kernelspecs are {found}, should be {wanted}"


def _layers(store: OpenStore, session: Session) -> Iterator[str]:
    """Each scratch layer on record is there; what lies aside is for clean-up."""
    for layer in session.query(ScratchRow):
        if not (store.layout.scratch(layer.id) / "pyvenv.cfg").exists():
            yield f"the scratch layer {layer.id} has no files"


def _forms(store: OpenStore, session: Session) -> Iterator[str]:
    """What was asked for is made, and its file is what its row says."""
    for row in session.query(ArtifactRow):
        if ArtifactState(row.state) in UNDER_WAY:
            yield f"{row.file_name} is {row.state}, owner {row.owner}"
        if row.state == ArtifactState.FAILED.value and "defect of its own" in str(row.problem):
            yield f"{row.file_name} met a defect of ours"
        if row.state == ArtifactState.READY.value:
            blob = store.layout.blob(row.sha256)
            if not blob.is_file() or sha256_of(blob) != row.sha256:
                yield f"{row.file_name} is ready, and its file is not as recorded"


def _altered(store: OpenStore, session: Session) -> Iterator[str]:
    """`verify` is clean, in prefixes and in the caches."""
    layout = store.layout
    for digest in session.scalars(session.query(PrefixRow.digest).statement):
        differences = verify_prefix(layout.prefix(digest), digest, layout.bytecode)
        if differences.any:
            yield f"the prefix {prefix_name(digest)} differs: {differences}"
    for altered in cache_verification.verify(layout)[1]:
        yield f"the cache entry {altered.path} is not what it should be"


def _left_over(store: OpenStore) -> Iterator[str]:
    """Dead supervisors and their workers have left nothing."""
    layout = store.layout
    for entry in list(layout.supervisors.iterdir()):
        if not is_locked(entry):
            yield f"the dead supervisor {entry.name} is still registered"
    for layer in layout.workers.iterdir():
        owner = layer.name.removesuffix(".lock").rpartition("-")[0]
        if owner and not is_alive(layout, owner):
            yield f"the layer {layer.name} of a dead worker is there"


def _orphans(store: OpenStore) -> Iterator[str]:
    """Every process that works on the store descends from this one."""
    own = {os.getpid(), *(one.pid for one in psutil.Process().children(recursive=True))}
    for line in processes_of(store.layout.root.parent):
        if int(line.split()[0]) not in own:
            yield f"an orphan: {line}"
