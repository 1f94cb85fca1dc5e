"""Which versions have files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from .tables import EnvironmentRow, LockPlatformRow, NamespaceRow, PrefixRow, VersionRow


@dataclass(frozen=True)
class ReadyVersion:
    """A version with files, of an environment that is not deleted.

    ``modules`` are names that its specification asks for; ``personal`` tells of its namespace,
    ``created`` when the environment was made.
    """

    namespace: str
    name: str
    number: int
    digest: str
    current: bool
    modules: tuple[str, ...]
    personal: bool
    created: datetime


def everywhere(session: Session, platform: str) -> Sequence[ReadyVersion]:
    """All versions that have files for *platform*, in all namespaces."""
    rows = session.execute(
        select(
            NamespaceRow.name,
            EnvironmentRow.name,
            VersionRow.number,
            PrefixRow.digest,
            EnvironmentRow.current_version_id == VersionRow.id,
            VersionRow.specification["modules"],
            NamespaceRow.owner.is_not(None),
            EnvironmentRow.created,
        )
        .join(EnvironmentRow, EnvironmentRow.namespace_id == NamespaceRow.id)
        .join(VersionRow, VersionRow.environment_id == EnvironmentRow.id)
        .join(LockPlatformRow, LockPlatformRow.lock_digest == VersionRow.lock_digest)
        .join(PrefixRow, PrefixRow.digest == LockPlatformRow.digest)
        .where(EnvironmentRow.deleted.is_(None), LockPlatformRow.platform == platform)
        .order_by(NamespaceRow.name, EnvironmentRow.name, VersionRow.number)
    )
    return [
        ReadyVersion(
            namespace,
            name,
            number,
            digest,
            bool(current),
            tuple(own or ()),
            bool(personal),
            created,
        )
        for namespace, name, number, digest, current, own, personal, created in rows
    ]


def each_prefix_once(
    session: Session, namespace_ids: set[str], platform: str
) -> Sequence[tuple[str, str, int]]:
    """Namespace, name and number, in this order, of one version for each prefix.

    Only visible environments in these namespaces; of several versions with the same files the
    first is named.
    """
    rows = session.execute(
        select(NamespaceRow.name, EnvironmentRow.name, VersionRow.number, PrefixRow.digest)
        .join(EnvironmentRow, EnvironmentRow.namespace_id == NamespaceRow.id)
        .join(VersionRow, VersionRow.environment_id == EnvironmentRow.id)
        .join(LockPlatformRow, LockPlatformRow.lock_digest == VersionRow.lock_digest)
        .join(PrefixRow, PrefixRow.digest == LockPlatformRow.digest)
        .where(
            EnvironmentRow.deleted.is_(None),
            NamespaceRow.id.in_(namespace_ids),
            LockPlatformRow.platform == platform,
        )
        .order_by(NamespaceRow.name, EnvironmentRow.name, VersionRow.number)
    )
    seen: set[str] = set()
    found: list[tuple[str, str, int]] = []
    for namespace, name, number, digest in rows:
        if digest not in seen:
            seen.add(digest)
            found.append((namespace, name, number))
    return found
