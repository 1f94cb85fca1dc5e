"""What a person owns, in the database: environments, roles and links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from .tables import EnvironmentRow, NamespaceRow
from .team_tables import MemberRow, ShareRow


def visible(session: Session, namespace_id: str) -> Sequence[EnvironmentRow]:
    """The environments of a namespace by name, without those that are deleted."""
    return session.scalars(
        select(EnvironmentRow)
        .where(EnvironmentRow.namespace_id == namespace_id, EnvironmentRow.deleted.is_(None))
        .order_by(EnvironmentRow.name)
    ).all()


def move_deleted(session: Session, source: NamespaceRow, target: NamespaceRow) -> int:
    """Let deleted environments be restored in *target* instead of *source*; tells how many."""
    rows = session.scalars(
        select(EnvironmentRow).where(
            EnvironmentRow.namespace_id == source.id, EnvironmentRow.deleted.is_not(None)
        )
    ).all()
    for row in rows:
        row.namespace_id = target.id
    session.flush()
    return len(rows)


def roles(session: Session, user: str) -> Sequence[tuple[MemberRow, NamespaceRow]]:
    """The roles that *user* has in whole namespaces, by the namespace's name."""
    rows = session.execute(
        select(MemberRow, NamespaceRow)
        .join(NamespaceRow, NamespaceRow.id == MemberRow.namespace_id)
        .where(MemberRow.kind == "user", MemberRow.subject == user, MemberRow.environment_id == "")
        .order_by(NamespaceRow.name)
    ).all()
    return [(member, namespace) for member, namespace in rows]


def hand_over_links(
    session: Session,
    user: str,
    to: str,
    *,
    environments: Iterable[str],
    namespaces: Iterable[str],
) -> int:
    """Make *to* the maker of the links of *user* that are not revoked; tells how many.

    Those to the environments, or to whatever is in the namespaces, with these ids.
    """
    inside = select(EnvironmentRow.id).where(EnvironmentRow.namespace_id.in_(list(namespaces)))
    rows = session.scalars(
        select(ShareRow).where(
            ShareRow.created_by == user,
            ShareRow.revoked.is_(None),
            or_(
                ShareRow.environment_id.in_(list(environments)),
                ShareRow.environment_id.in_(inside),
            ),
        )
    ).all()
    for row in rows:
        row.created_by = to
    session.flush()
    return len(rows)


def is_known(session: Session, user: str) -> bool:
    """Whether *user* has been here, or somebody has given them a role."""
    owned = select(func.count()).where(NamespaceRow.owner == user)
    named = select(func.count()).where(MemberRow.kind == "user", MemberRow.subject == user)
    return bool(session.scalar(owned) or session.scalar(named))
