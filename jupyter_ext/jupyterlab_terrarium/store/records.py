"""Which versions notebooks were saved on."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from .tables import EnvironmentRow, LockPlatformRow, NamespaceRow, VersionRow
from .team_tables import RecordRow


def put(session: Session, version: VersionRow, user: str, notebook: str) -> None:
    """That *notebook* was saved on *version* by *user*, and so on no other any more."""
    session.execute(delete(RecordRow).where(RecordRow.user == user, RecordRow.notebook == notebook))
    session.add(RecordRow(version_id=version.id, user=user, notebook=notebook))
    session.flush()


def running(session: Session, environment_id: str, digest: str) -> list[VersionRow]:
    """The versions of an environment whose files have this platform digest, newest first."""
    rows = session.scalars(
        select(VersionRow)
        .join(LockPlatformRow, LockPlatformRow.lock_digest == VersionRow.lock_digest)
        .where(VersionRow.environment_id == environment_id, LockPlatformRow.digest == digest)
        .order_by(VersionRow.number.desc())
    )
    return list(rows.unique())


def with_lock(
    session: Session, lock_digest: str, namespace_ids: Collection[str]
) -> list[tuple[str, str, str, int]]:
    """Versions with this lock in these namespaces, current ones first, then the newest.

    Each as id and name of its namespace, name of the environment, number.
    """
    rows = session.execute(
        select(NamespaceRow.id, NamespaceRow.name, EnvironmentRow.name, VersionRow.number)
        .join(EnvironmentRow, EnvironmentRow.id == VersionRow.environment_id)
        .join(NamespaceRow, NamespaceRow.id == EnvironmentRow.namespace_id)
        .where(
            VersionRow.lock_digest == lock_digest,
            NamespaceRow.id.in_(namespace_ids),
            EnvironmentRow.deleted.is_(None),
        )
        .order_by(
            (EnvironmentRow.current_version_id == VersionRow.id).desc(), VersionRow.created.desc()
        )
    )
    return [(identity, space, name, number) for identity, space, name, number in rows]


def keeper(session: Session) -> dict[str, str]:
    """Clean-up keeps the versions that a notebook was saved on."""
    rows = session.scalars(select(RecordRow.version_id).distinct())
    return dict.fromkeys(rows, "a notebook was saved on it")
