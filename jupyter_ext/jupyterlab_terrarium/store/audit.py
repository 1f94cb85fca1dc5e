"""The audit in the database: rows are added and read, never changed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from ..models.audit import AuditEntry
from .database import Database
from .tables import BuildRow, EnvironmentRow, NamespaceRow, VersionRow
from .team_tables import AuditRow, ProposalRow, ShareRow

_SAYING = "the audit is never changed"
_SQLITE = [
    f"CREATE TRIGGER IF NOT EXISTS audit_no_{verb.lower()} BEFORE {verb} ON audit "
    f"BEGIN SELECT RAISE(ABORT, '{_SAYING}'); END"
    for verb in ("UPDATE", "DELETE")
]
_POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_SAYING}'; END $$",
    *(
        f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
        for verb in ("UPDATE", "DELETE", "TRUNCATE")
    ),
]


def protect(database: Database) -> None:
    """Let the database itself refuse to change or remove rows."""
    with database.read() as session:
        if _is_protected(session, database.sqlite):
            return
    with database.write() as session:
        # Asked again: another server may have begun at the same time.
        if not _is_protected(session, database.sqlite):
            for statement in _SQLITE if database.sqlite else _POSTGRESQL:
                session.connection().exec_driver_sql(statement)


def _is_protected(session: Session, sqlite: bool) -> bool:
    catalogue = (
        "name FROM sqlite_master WHERE type = 'trigger'" if sqlite else "tgname FROM pg_trigger"
    )
    found = session.connection().exec_driver_sql(f"SELECT {catalogue}").scalars()
    wanted = _SQLITE if sqlite else _POSTGRESQL
    triggers = sum(statement.startswith("CREATE TRIGGER") for statement in wanted)
    return sum(str(name).startswith("audit_no_") for name in found) == triggers


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
