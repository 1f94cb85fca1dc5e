"""Minted kernelspec names in the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from .tables import EnvironmentRow, KernelRow, NamespaceRow


def of(session: Session, environment_id: str) -> Sequence[KernelRow]:
    """The kernels minted for an environment."""
    return session.scalars(
        select(KernelRow).where(KernelRow.environment_id == environment_id).order_by(KernelRow.name)
    ).all()


def recommended(session: Session) -> Sequence[str]:
    """Kernelspec names of recommended environments, in the order in which people see them.

    Those of a personal namespace are first, then by namespace and name; Python is first in each.
    """
    return session.scalars(
        select(KernelRow.name)
        .join(EnvironmentRow, EnvironmentRow.id == KernelRow.environment_id)
        .join(NamespaceRow, NamespaceRow.id == EnvironmentRow.namespace_id)
        .where(EnvironmentRow.recommended, EnvironmentRow.deleted.is_(None), KernelRow.pinned == "")
        .order_by(
            NamespaceRow.kind != "personal",
            NamespaceRow.name,
            EnvironmentRow.name,
            KernelRow.kernel != "python3",
            KernelRow.name,
        )
    ).all()


def add(session: Session, name: str, environment_id: str, kernel: str) -> KernelRow:
    """Mint *name* for the kernel *kernel* of an environment."""
    row = KernelRow(name=name, environment_id=environment_id, kernel=kernel, display_name=name)
    session.add(row)
    return row


def remove(session: Session, row: KernelRow) -> None:
    """The kernel is gone."""
    session.delete(row)
