"""Making a complete prefix visible: version ready, current pointer, stable link, kernels, events.

Everything here happens inside one write transaction, files first: a reader that learns of an
event finds the files in place. What a crash leaves between files and commit, reconciliation at
the next start mends.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from ..faults import fault_point
from ..kernels import kernelspecs
from ..kernels.kernelspecs import KernelRegistration
from ..models.build import ENDED, BuildState, CheckResult
from ..models.digest import platform_digest
from ..models.lock import Lock
from ..models.specification import Specification
from ..store import builds, environments, events, kernels, locks, package_files, verifications
from ..store.paths import Layout
from ..store.prefixes import InstalledInfo, is_complete
from ..store.tables import BuildRow, EnvironmentRow, NamespaceRow, VersionRow, now
from . import pinned
from .check_problem import check_problem
from .checks import warnings
from .undoable import point_in_transaction, register, unregister


def publish_if_complete(
    session: Session, layout: Layout, build: BuildRow, lock: Lock, platform: str
) -> bool:
    """Publish *build* when the prefix of *lock* is here already: no worker is needed."""
    if lock.for_platform(platform) is None:
        return False
    digest = platform_digest(lock, platform)
    info = is_complete(layout, digest)
    if info is None:
        return False
    build.reused = True
    publish(session, layout, build, lock, digest, platform, info)
    return True


def publish(
    session: Session,
    layout: Layout,
    build: BuildRow,
    lock: Lock,
    digest: str,
    platform: str,
    info: InstalledInfo,
) -> None:
    """The version of *build* is ready: the prefix of *lock*, with this digest, is complete."""
    version = environments.version(session, build.version_id)
    environment = environments.get(session, version.environment_id)
    locks.record_prefix(
        session,
        digest,
        platform,
        size=info.size,
        files=info.files,
        kernels=list(info.kernels),
        warnings=[*info.warnings, *verifications.drift(layout, digest)],
    )
    package_files.record(session, layout, lock)
    fault_point("publication.recorded")
    results = [CheckResult.model_validate(result) for result in build.checks or []]
    failed = None
    if results:
        checks = Specification.model_validate(version.specification).checks
        failed = check_problem(checks, results)
    build.problem = None if failed is None else failed.model_dump(mode="json")
    build.warnings = [*info.warnings, *warnings(results)]
    known = builds.was_ready(session, version.id)
    builds.enter(session, build, BuildState.READY)
    current = environment.current_version_id
    # A rebuild of what was ready before repairs files; it must not undo a roll back. On hold,
    # somebody decides; the very first version has nothing to take the place of.
    newest = current is None or (
        environments.version(session, current).number <= version.number
        and not known
        and not environment.hold
    )
    if environment.deleted is None and newest and not failed:
        make_current(session, layout, environment, version, digest, list(info.kernels))
    if environment.deleted is None:
        # What is pinned to this version has its files again.
        pinned.show(session, layout, environment, platform)


def make_current(
    session: Session,
    layout: Layout,
    environment: EnvironmentRow,
    version: VersionRow,
    digest: str,
    kernels_found: list[str],
) -> None:
    """Move the current pointer: stable link, kernelspecs, and the events that tell of it."""
    namespace = environments.namespace(session, environment)
    point_in_transaction(session, layout.kernel_link(environment.id), layout.prefix(digest))
    link = layout.environment_link(namespace.name, environment.name)
    point_in_transaction(session, link, layout.prefix(digest))
    fault_point("publication.linked")
    environment.current_version_id = version.id
    environment.updated = now()
    rows = {row.kernel: row for row in kernels.of(session, environment.id)}
    known = set(rows)
    for name in kernels_found:
        if name not in rows:
            minted = kernelspecs.mint_name(environment.name, environment.id, name)
            rows[name] = kernels.add(session, minted, environment.id, name)
    for name, row in rows.items():
        if name in kernels_found:
            wanted = registration(layout, environment, namespace, row.name, name)
            register(session, row, wanted, wanted if name in known else None)
        else:
            unregister(session, layout, row)
    fault_point("publication.registered")
    events.emit(session, "current-changed", environment, version=version.number)
    events.emit(session, "kernels-changed", environment, version=version.number)


def relocate(
    session: Session,
    layout: Layout,
    environment: EnvironmentRow,
    namespace: NamespaceRow,
    name: str,
) -> None:
    """Give *environment* another name or namespace. No file of a version is touched.

    Its kernels keep their names and go by its id, so that one that runs can be restarted.
    """
    old = environments.namespace(session, environment)
    before = layout.environment_link(old.name, environment.name)
    rows = kernels.of(session, environment.id)
    specs = [registration(layout, environment, old, row.name, row.kernel) for row in rows]
    events.emit(session, "environment-renamed", environment, data={"before": environment.name})
    environment.namespace_id, environment.name, environment.updated = namespace.id, name, now()
    session.flush()
    if before.is_symlink():
        after = layout.environment_link(namespace.name, name)
        point_in_transaction(session, after, before.readlink())
        fault_point("relocation.linked")
        point_in_transaction(session, before, None)
    for row, known in zip(rows, specs, strict=True):
        wanted = registration(layout, environment, namespace, row.name, row.kernel)
        register(session, row, wanted, known)
    fault_point("relocation.registered")
    events.emit(session, "kernels-changed", environment)


def withdraw(session: Session, layout: Layout, environment: EnvironmentRow) -> list[str]:
    """Take a deleted environment out of sight; returns ids of its builds that must end."""
    namespace = environments.namespace(session, environment)
    link = layout.environment_link(namespace.name, environment.name)
    point_in_transaction(session, link, None)
    point_in_transaction(session, layout.kernel_link(environment.id), None)
    for row in kernels.of(session, environment.id):
        unregister(session, layout, row)
    events.emit(session, "kernels-changed", environment)
    running = []
    for build in builds.of_environment(session, environment.id):
        if BuildState(build.state) not in ENDED:
            build.cancel_requested = True
            if build.owner is None:
                builds.enter(session, build, BuildState.CANCELLED)
            running.append(build.id)
    return running


def registration(
    layout: Layout,
    environment: EnvironmentRow,
    namespace: NamespaceRow,
    name: str,
    kernel: str,
) -> KernelRegistration:
    """What the kernelspec *name* of an environment says."""
    return KernelRegistration(
        name=name,
        root=layout.root,
        environment_id=environment.id,
        namespace=namespace.name,
        environment=environment.name,
        kernel=kernel,
        personal=namespace.kind == "personal",
    )
