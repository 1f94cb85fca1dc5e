"""A store of 10,000 environments and 100,000 versions, written straight into its tables."""

from __future__ import annotations

import hashlib
import random
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from jupyterlab_terrarium.access.principals import operating_system_user
from jupyterlab_terrarium.conda import manifest
from jupyterlab_terrarium.models.digest import platform_digest
from jupyterlab_terrarium.models.lock import CondaPackage, Lock, PlatformLock
from jupyterlab_terrarium.models.platforms import host_platform
from jupyterlab_terrarium.models.specification import Specification
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from jupyterlab_terrarium.services.reconciliation import reconcile_store
from jupyterlab_terrarium.store import locks
from jupyterlab_terrarium.store.paths import Layout
from jupyterlab_terrarium.store.tables import (
    BuildRow,
    EnvironmentRow,
    EventRow,
    KernelRow,
    VersionRow,
    new_id,
    now,
)

ENVIRONMENTS = 10_000
VERSIONS = 10
#: Different locks; in a store of years many versions are of the same packages.
LOCKS = 300
PACKAGES = 120
_BATCH = 500


def write(root: Path) -> list[float]:
    """Fill a new store at *root*; the seconds of three reconciliations at start after the first."""
    opened = OpenStore(StoreOptions(root=root), builds=False)
    try:
        _fill(opened, random.Random(20261128))
        reconcile_store(opened.context)
        return [_reconciled(opened) for _ in range(3)]
    finally:
        opened.close()


def _reconciled(opened: OpenStore) -> float:
    started = time.monotonic()
    reconcile_store(opened.context)
    return time.monotonic() - started


def _lock(number: int, chance: random.Random) -> Lock:
    names = ["python", "ipykernel", *(f"pkg-{n}" for n in chance.sample(range(3000), PACKAGES))]
    packages = [
        CondaPackage(
            name=name,
            version=f"{number % 7}.{chance.randrange(20)}",
            build="0",
            subdir=host_platform(),
            url=f"https://example.org/{name}-{number}.conda",
            channel="https://example.org",
            sha256=hashlib.sha256(f"{name}{number}".encode()).hexdigest(),
            size=100_000,
        )
        for name in sorted(names)
    ]
    return Lock(platforms=[PlatformLock(platform=host_platform(), conda=packages)])


def _prefix(layout: Layout, digest: str) -> None:
    prefix = layout.prefix(digest)
    kernel = prefix / "share/jupyter/kernels/python3/kernel.json"
    kernel.parent.mkdir(parents=True)
    kernel.write_text('{"argv": ["python"], "display_name": "Python 3", "language": "python"}')
    platform = host_platform()
    installed = manifest.InstalledInfo(digest, platform, str(prefix), kernels=["python3"])
    manifest.write(prefix, manifest.Manifest(platform, digest, []), installed)


def _fill(opened: OpenStore, chance: random.Random) -> None:
    user = operating_system_user()
    namespace = opened.services.namespaces.ensure_personal(user)
    digests = []
    with opened.database.write() as session:
        for number in range(LOCKS):
            lock = _lock(number, chance)
            row = VersionRow(id=new_id())
            # Only the lock is wanted of this version: it is never added to the session.
            locks.attach(session, row, lock)
            digest = platform_digest(lock, host_platform())
            _prefix(opened.layout, digest)
            locks.record_prefix(
                session, digest, host_platform(), size=1, files=1, kernels=["python3"], warnings=[]
            )
            digests.append(row.lock_digest)
    specification = Specification().model_dump(mode="json")
    started = now() - timedelta(days=1000)
    for first in range(0, ENVIRONMENTS, _BATCH):
        rows: dict[type, list[dict[str, object]]] = {
            EnvironmentRow: [],
            VersionRow: [],
            BuildRow: [],
            KernelRow: [],
            EventRow: [],
        }
        for number in range(first, first + _BATCH):
            environment = new_id()
            moment = started + timedelta(minutes=number)
            for version in range(1, VERSIONS + 1):
                version_id, build_id = new_id(), new_id()
                rows[VersionRow].append(
                    {
                        "id": version_id,
                        "environment_id": environment,
                        "number": version,
                        "specification_text": "dependencies:\n  - python\n  - ipykernel\n",
                        "specification": specification,
                        "lock_digest": digests[(number * 7 + version) % LOCKS],
                        "run_link_scripts": [],
                        "created": moment,
                        "created_by": user.user,
                        "last_build_id": build_id,
                    }
                )
                rows[BuildRow].append(
                    {
                        "id": build_id,
                        "version_id": version_id,
                        "state": "ready",
                        "requested_by": user.user,
                        "progress": {},
                        "phases": [],
                        "warnings": [],
                        "created": moment,
                        "started": moment,
                        "finished": moment,
                    }
                )
                rows[EventRow].append(
                    {
                        "time": moment,
                        "kind": "version-created",
                        "namespace_id": namespace.id,
                        "environment_id": environment,
                        "version": version,
                        "data": {},
                    }
                )
            rows[EnvironmentRow].append(
                {
                    "id": environment,
                    "namespace_id": namespace.id,
                    "name": f"environment-{number}",
                    "title": f"Project {number % 97}",
                    "created": moment,
                    "created_by": user.user,
                    "updated": moment,
                    "current_version_id": version_id,
                    "latest_version_id": version_id,
                    "lock_digest": digests[(number * 7 + VERSIONS) % LOCKS],
                }
            )
            rows[KernelRow].append(
                {
                    "name": f"terrarium-{environment}",
                    "environment_id": environment,
                    "kernel": "python3",
                    "display_name": f"environment-{number}",
                }
            )
        with opened.database.write() as session:
            for table, values in rows.items():
                session.execute(insert(table), values)
