"""The job of a worker, as its supervisor's settings and policy have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..conda.credentials import auth_file
from ..models.digest import platform_digest
from ..models.lock import Lock
from .job import Job

if TYPE_CHECKING:
    from .supervisor import Supervisor


def job_for(supervisor: Supervisor, build_id: str, lock: Lock, worker: str, **more: Any) -> Job:
    """The job to build *lock* on this machine; *more* are fields of :class:`Job`."""
    policy, channels = supervisor.policy, supervisor.channels
    return Job(
        build_id=build_id,
        root=supervisor.layout.root,
        lock=lock,
        platform=supervisor.platform,
        digest=platform_digest(lock, supervisor.platform),
        worker=worker,
        limits=supervisor.limits,
        link_script_policy=policy.link_scripts,
        mirrors=channels.mirrors,
        offline=channels.offline,
        private_channels=sorted(policy.private_channels),
        disk_reserve=policy.disk_reserve,
        keep_package_files=policy.retention.package_files,
        auth_file=auth_file() if auth_file().exists() else None,
        **more,
    )
