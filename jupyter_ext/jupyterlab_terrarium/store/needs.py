"""What the things on disk are needed for: package files, logs, links, kernelspecs."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from ..models.build import ACTIVE
from .tables import (
    BuildRow,
    EnvironmentRow,
    KernelRow,
    LockRow,
    NamespaceRow,
    ScratchRow,
    VersionRow,
)

_PORTION = 200


def package_files(session: Session, lock_digests: Iterable[str]) -> set[str]:
    """SHA-256 of all package files, conda and pip, of these locks."""
    wanted = sorted(set(lock_digests))
    found: set[str] = set()
    for start in range(0, len(wanted), _PORTION):
        portion = wanted[start : start + _PORTION]
        for content in session.scalars(select(LockRow.content).where(LockRow.digest.in_(portion))):
            for part in content["platforms"]:
                found.update(str(item["sha256"]) for item in [*part["conda"], *part["pip"]])
    return found


def built_here(session: Session, wheels: Iterable[str]) -> set[str]:
    """Which of these *wheels* (SHA-256) a lock names by their place in this store.

    They were built from source here and can be fetched from nowhere.
    """
    text = cast(LockRow.content, Text)
    return {
        sha256
        for sha256 in wheels
        if session.scalar(
            select(LockRow.digest).where(text.contains(f"/wheels/{sha256}/")).limit(1)
        )
    }


def being_built(session: Session) -> set[str]:
    """Digests of the locks of builds that have not ended."""
    active = [state.value for state in ACTIVE]
    rows = session.scalars(
        select(VersionRow.lock_digest)
        .join(BuildRow, BuildRow.version_id == VersionRow.id)
        .where(BuildRow.state.in_(active), VersionRow.lock_digest.is_not(None))
    )
    return {digest for digest in rows if digest}


def build_ids(session: Session) -> set[str]:
    """Ids of all builds on record."""
    return set(session.scalars(select(BuildRow.id)))


def scratch_ids(session: Session) -> set[str]:
    """Ids of all scratch layers."""
    return set(session.scalars(select(ScratchRow.id)))


def visible_names(session: Session) -> set[tuple[str, str]]:
    """Namespace and name of every environment that is not deleted."""
    rows = session.execute(
        select(NamespaceRow.name, EnvironmentRow.name)
        .join(EnvironmentRow, EnvironmentRow.namespace_id == NamespaceRow.id)
        .where(EnvironmentRow.deleted.is_(None))
    )
    return {(namespace, name) for namespace, name in rows}


def kernel_names(session: Session) -> set[str]:
    """Names of all kernelspecs that were minted for environments."""
    return set(session.scalars(select(KernelRow.name)))
