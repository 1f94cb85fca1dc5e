"""Which versions notebooks were saved on."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from .tables import LockPlatformRow, VersionRow
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


def keeper(session: Session) -> dict[str, str]:
    """Clean-up keeps the versions that a notebook was saved on."""
    rows = session.scalars(select(RecordRow.version_id).distinct())
    return dict.fromkeys(rows, "a notebook was saved on it")
