"""The lock that lists show of an environment is kept with it, so that a filter finds it fast.

It is that of the current version, else of the latest one. Every session that writes sees to it
when it flushes, so that nobody who moves a version or solves one has to think of it.
"""

from __future__ import annotations

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from .tables import EnvironmentRow, VersionRow


def follow(session: Session) -> None:
    """Keep ``environment.lock_digest`` in step with whatever *session* changes."""
    event.listen(session, "before_flush", _before_flush)


def _before_flush(session: Session, context: object, instances: object) -> None:
    with session.no_autoflush:
        changed = [*session.new, *session.dirty]
        environments = {row for row in changed if isinstance(row, EnvironmentRow)}
        for row in changed:
            if isinstance(row, VersionRow) and inspect(row).attrs.lock_digest.history.added:
                environment = session.get(EnvironmentRow, row.environment_id)
                environments |= set() if environment is None else {environment}
        for environment in environments:
            shown = environment.current_version_id or environment.latest_version_id
            version = None if shown is None else session.get(VersionRow, shown)
            environment.lock_digest = None if version is None else version.lock_digest
