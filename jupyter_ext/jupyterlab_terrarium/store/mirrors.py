"""Rows of another store, recorded here under the same identities: what a mirror consists of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from . import kernels
from .tables import EnvironmentRow, KernelRow, NamespaceRow, VersionRow, new_id, now
from .team_tables import MemberRow


def put_namespace(
    session: Session, identity: str, name: str, *, title: str, kind: str, reader: str
) -> NamespaceRow:
    """The namespace with this id, called as it is there; *reader* is who may see it here.

    Nobody owns it here: what is in it is changed in the store that it comes from.
    """
    row = session.get(NamespaceRow, identity)
    rival = session.scalar(select(NamespaceRow).where(NamespaceRow.name == name))
    if rival is not None and rival is not row:
        # It had this name before; its own new one is recorded when it is looked at.
        rival.name = f"{rival.name[:40]}-{new_id()}"
        session.flush()
    if row is None:
        row = NamespaceRow(id=identity, name=name, title=title, kind=kind)
        session.add(row)
        session.flush()
        session.add(
            MemberRow(
                namespace_id=identity,
                kind="user",
                subject=reader,
                role="viewer",
                created_by=reader,
            )
        )
    row.name, row.title, row.kind = name, title, kind
    session.flush()
    return row


def put_environment(
    session: Session, namespace: NamespaceRow, identity: str, name: str, *, maker: str
) -> EnvironmentRow:
    """The environment with this id; one that is here already keeps its labels."""
    row = session.get(EnvironmentRow, identity)
    if row is None:
        row = EnvironmentRow(id=identity, namespace_id=namespace.id, name=name, created_by=maker)
        session.add(row)
    row.deleted = None
    session.flush()
    return row


def put_version(
    session: Session,
    environment: EnvironmentRow,
    number: int,
    *,
    text: str,
    specification: dict[str, Any],
    run_link_scripts: list[str],
    maker: str,
) -> VersionRow:
    """Version *number* of *environment*, its lock still to be attached when it is new."""
    row = session.scalar(
        select(VersionRow).where(
            VersionRow.environment_id == environment.id, VersionRow.number == number
        )
    )
    if row is None:
        row = VersionRow(
            environment_id=environment.id,
            number=number,
            specification_text=text,
            specification=specification,
            run_link_scripts=run_link_scripts,
            created_by=maker,
        )
        session.add(row)
        session.flush()
    if environment.latest_version_id is None:
        environment.latest_version_id = row.id
    environment.updated = now()
    return row


def put_kernels(
    session: Session, environment: EnvironmentRow, names: Iterable[tuple[str, str]]
) -> None:
    """Kernelspec names that were minted there, as pairs (name, kernel)."""
    known = {row.kernel for row in kernels.of(session, environment.id)}
    for name, kernel in names:
        if kernel not in known and session.get(KernelRow, name) is None:
            kernels.add(session, name, environment.id, kernel)
    session.flush()


def rival(
    session: Session, namespace: NamespaceRow, identity: str, name: str
) -> EnvironmentRow | None:
    """Another visible environment that has *name* in *namespace* here."""
    return session.scalar(
        select(EnvironmentRow).where(
            EnvironmentRow.namespace_id == namespace.id,
            EnvironmentRow.name == name,
            EnvironmentRow.id != identity,
            EnvironmentRow.deleted.is_(None),
        )
    )


def visible(session: Session) -> Sequence[tuple[EnvironmentRow, NamespaceRow, VersionRow | None]]:
    """Every environment that is here, with the version that is current here."""
    rows = session.execute(
        select(EnvironmentRow, NamespaceRow, VersionRow)
        .join(NamespaceRow, NamespaceRow.id == EnvironmentRow.namespace_id)
        .outerjoin(VersionRow, VersionRow.id == EnvironmentRow.current_version_id)
        .where(EnvironmentRow.deleted.is_(None))
    )
    return [(environment, namespace, version) for environment, namespace, version in rows]
