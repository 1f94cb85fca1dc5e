"""Making a complete prefix visible: version ready, current pointer, stable link, kernels, events.

Everything here happens inside one write transaction, files first: a reader that learns of an
event finds the files in place. What a crash leaves between files and commit, reconciliation at
the next start mends.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session

from ..kernels import kernelspecs
from ..kernels.kernelspecs import KernelRegistration
from ..models.build import ENDED, BuildState, CheckResult
from ..models.digest import platform_digest
from ..models.lock import Lock
from ..models.problem import TerrariumError
from ..models.specification import Specification
from ..store import builds, environments, events, kernels, locks, package_files, verifications
from ..store.paths import Layout
from ..store.prefixes import InstalledInfo, is_complete
from ..store.tables import BuildRow, EnvironmentRow, KernelRow, NamespaceRow, VersionRow, now
from .check_problem import check_problem
from .checks import warnings

_log = logging.getLogger("jupyterlab_terrarium.builds")


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
    publish(session, layout, build, digest, platform, info)
    return True


def publish(
    session: Session,
    layout: Layout,
    build: BuildRow,
    digest: str,
    platform: str,
    info: InstalledInfo,
) -> None:
    """The version of *build* is ready: its prefix with this platform digest is complete."""
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
    package_files.record(session, layout, locks.of_version(session, version))
    checks = Specification.model_validate(version.specification).checks
    results = [CheckResult.model_validate(result) for result in build.checks or []]
    failed = check_problem(checks, results) if results else None
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
    _point_in_transaction(session, layout.kernel_link(environment.id), layout.prefix(digest))
    link = layout.environment_link(namespace.name, environment.name)
    _point_in_transaction(session, link, layout.prefix(digest))
    environment.current_version_id = version.id
    environment.updated = now()
    rows = {row.kernel: row for row in kernels.of(session, environment.id)}
    for name in kernels_found:
        if name not in rows:
            minted = kernelspecs.mint_name(environment.name, environment.id, name)
            rows[name] = kernels.add(session, minted, environment.id, name)
    for name, row in rows.items():
        if name in kernels_found:
            _register(row, registration(layout, environment, namespace, row.name, name))
        else:
            kernelspecs.unregister(row.name, root=layout.root)
            kernels.remove(session, row)
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
    events.emit(session, "environment-renamed", environment, data={"before": environment.name})
    environment.namespace_id, environment.name, environment.updated = namespace.id, name, now()
    session.flush()
    if before.is_symlink():
        after = layout.environment_link(namespace.name, name)
        _point_in_transaction(session, after, before.readlink())
        _point_in_transaction(session, before, None)
    for row in kernels.of(session, environment.id):
        _register(row, registration(layout, environment, namespace, row.name, row.kernel))
    events.emit(session, "kernels-changed", environment)


def _point_in_transaction(session: Session, link: Path, target: Path | None) -> None:
    """Point *link* to *target* (to nothing: ``None``), and back should the transaction fail."""
    before = link.readlink() if link.is_symlink() else None
    point(link, target)
    event.listen(session, "after_rollback", lambda _: point(link, before), once=True)


def _register(row: KernelRow, wanted: KernelRegistration) -> None:
    """Write the kernelspec. The version is ready even when the user's directory refuses it."""
    try:
        spec = kernelspecs.register(wanted)
    except (OSError, ValueError, TypeError, TerrariumError) as error:
        _log.warning("the kernel %s could not be registered: %s", row.name, error)
        return
    row.display_name, row.language = spec.display_name, spec.language


def withdraw(session: Session, layout: Layout, environment: EnvironmentRow) -> list[str]:
    """Take a deleted environment out of sight; returns ids of its builds that must end."""
    namespace = environments.namespace(session, environment)
    layout.environment_link(namespace.name, environment.name).unlink(missing_ok=True)
    layout.kernel_link(environment.id).unlink(missing_ok=True)
    for row in kernels.of(session, environment.id):
        kernelspecs.unregister(row.name, root=layout.root)
        kernels.remove(session, row)
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


def point(link: Path, target: Path | None) -> None:
    """Let *link* lead to *target*, replacing an older link atomically; ``None`` removes it."""
    if target is None:
        link.unlink(missing_ok=True)
        return
    link.parent.mkdir(parents=True, exist_ok=True)
    if link.is_symlink() and link.readlink() == target:
        return
    temporary = link.with_name(f".{link.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target, target_is_directory=True)
    temporary.replace(link)
