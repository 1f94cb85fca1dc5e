"""The audit in the database: rows are added and read, never changed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from ..models.audit import AuditEntry
from .database import Database
from .tables import BuildRow, EnvironmentRow, NamespaceRow, VersionRow
from .team_tables import AuditRow, ProposalRow, ShareRow

_REFUSE = "BEGIN SELECT RAISE(ABORT, 'the audit is never changed'); END"


def protect(database: Database) -> None:
    """Let SQLite itself refuse to change or remove rows. PostgreSQL has roles for that."""
    if not database.sqlite:
        return
    with database.read() as session:
        found = session.connection().exec_driver_sql(
            "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'"
        )
        if found.scalar() == 2:
            return
    with database.write() as session:
        for verb in ("UPDATE", "DELETE"):
            session.connection().exec_driver_sql(
                f"CREATE TRIGGER IF NOT EXISTS audit_no_{verb.lower()} BEFORE {verb} ON audit "
                + _REFUSE
            )


def add(session: Session, row: AuditRow) -> None:
    """One more line."""
    session.add(row)
    session.flush()


def namespace_of(session: Session, kind: str, identity: str) -> str | None:
    """Id of the namespace that a thing is in; *kind* names what *identity* is the id or name of."""
    query = {
        "namespace": select(NamespaceRow.id).where(NamespaceRow.name == identity),
        "personal": select(NamespaceRow.id).where(NamespaceRow.owner == identity),
        "environment": select(EnvironmentRow.namespace_id).where(EnvironmentRow.id == identity),
        "build": select(EnvironmentRow.namespace_id)
        .join(VersionRow, VersionRow.environment_id == EnvironmentRow.id)
        .join(BuildRow, BuildRow.version_id == VersionRow.id)
        .where(BuildRow.id == identity),
        "share": select(EnvironmentRow.namespace_id)
        .join(ShareRow, ShareRow.environment_id == EnvironmentRow.id)
        .where(ShareRow.id == identity),
        "share-token": select(EnvironmentRow.namespace_id)
        .join(ShareRow, ShareRow.environment_id == EnvironmentRow.id)
        .where(ShareRow.token_hash == identity),
        "proposal": select(EnvironmentRow.namespace_id)
        .join(ProposalRow, ProposalRow.environment_id == EnvironmentRow.id)
        .where(ProposalRow.id == identity),
    }[kind]
    return session.scalar(query)


def page(
    session: Session,
    namespaces: set[str] | None,
    *,
    before: int | None,
    user: str | None,
    action: str | None,
    limit: int,
) -> tuple[Sequence[AuditEntry], int]:
    """Lines of the *namespaces* (ids; ``None``: all), newest first, and how many there are."""
    wanted: list[ColumnElement[bool]] = []
    if namespaces is not None:
        wanted.append(AuditRow.namespace_id.in_(namespaces))
    if user is not None:
        wanted.append(AuditRow.user == user)
    if action is not None:
        prefix = AuditRow.action.startswith(action + ".", autoescape=True)
        wanted.append(or_(AuditRow.action == action, prefix))
    total = session.scalar(select(func.count()).select_from(AuditRow).where(*wanted)) or 0
    if before is not None:
        wanted.append(AuditRow.sequence < before)
    rows = session.execute(
        select(AuditRow, NamespaceRow.name)
        .outerjoin(NamespaceRow, NamespaceRow.id == AuditRow.namespace_id)
        .where(*wanted)
        .order_by(AuditRow.sequence.desc())
        .limit(limit)
    )
    return [
        AuditEntry(
            sequence=row.sequence,
            time=row.time,
            user=row.user,
            action=row.action,
            namespace=name,
            target=row.target,
            origin=row.origin,
            outcome=row.outcome,
            data=row.data,
        )
        for row, name in rows
    ], total
