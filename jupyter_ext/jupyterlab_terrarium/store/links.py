"""Where the stable links and kernels of all environments lead: what a start compares with files.

A store has ten thousand environments, so only the columns that are needed are read, at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from .tables import EnvironmentRow, KernelRow, LockPlatformRow, NamespaceRow, VersionRow


@dataclass(frozen=True)
class Linked:
    """A visible environment with a current version that is locked for one platform.

    ``digest`` is the platform digest of that version.
    """

    environment_id: str
    environment: str
    namespace: str
    personal: bool
    digest: str


def linked(session: Session, platform: str) -> Sequence[Linked]:
    """Every such environment, most recently updated first."""
    rows = session.execute(
        select(
            EnvironmentRow.id,
            EnvironmentRow.name,
            NamespaceRow.name,
            NamespaceRow.kind,
            LockPlatformRow.digest,
        )
        .join(NamespaceRow, NamespaceRow.id == EnvironmentRow.namespace_id)
        .join(VersionRow, VersionRow.id == EnvironmentRow.current_version_id)
        .join(LockPlatformRow, LockPlatformRow.lock_digest == VersionRow.lock_digest)
        .where(EnvironmentRow.deleted.is_(None), LockPlatformRow.platform == platform)
        .order_by(EnvironmentRow.updated.desc())
    )
    return [
        Linked(environment_id, environment, namespace, kind == "personal", digest)
        for environment_id, environment, namespace, kind, digest in rows
    ]


def minted(session: Session) -> dict[str, list[tuple[str, str]]]:
    """Kernels that follow a current version, as (kernelspec name, kernel), by environment."""
    found: dict[str, list[tuple[str, str]]] = {}
    rows = session.execute(
        select(KernelRow.environment_id, KernelRow.name, KernelRow.kernel)
        .where(KernelRow.pinned == "")
        .order_by(KernelRow.name)
    )
    for environment_id, name, kernel in rows:
        found.setdefault(environment_id, []).append((name, kernel))
    return found
