"""Minted kernelspec names in the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Text, bindparam, cast, select
from sqlalchemy.orm import Session

from .tables import EnvironmentRow, KernelRow, NamespaceRow, VersionRow

_OF = (
    select(KernelRow)
    .where(KernelRow.environment_id == bindparam("environment_id"))
    .order_by(KernelRow.name)
)
_FOLLOWING = _OF.where(KernelRow.pinned == "")
_PINNED = _OF.where(KernelRow.pinned != "").order_by(KernelRow.pinned)


def of(session: Session, environment_id: str) -> Sequence[KernelRow]:
    """The kernels of an environment that follow its current version."""
    return session.scalars(_FOLLOWING, {"environment_id": environment_id}).all()


def pinned(session: Session, environment_id: str) -> Sequence[KernelRow]:
    """The kernels of an environment that are pinned to a version or a named pointer."""
    return session.scalars(_PINNED, {"environment_id": environment_id}).all()


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


def with_pins(session: Session) -> Sequence[EnvironmentRow]:
    """Visible environments that have pinned kernels."""
    ids = select(KernelRow.environment_id).where(KernelRow.pinned != "")
    return session.scalars(
        select(EnvironmentRow)
        .where(EnvironmentRow.deleted.is_(None), EnvironmentRow.id.in_(ids))
        .order_by(EnvironmentRow.updated.desc())
    ).all()


def keeper(session: Session) -> dict[str, str]:
    """Clean-up keeps the versions to which kernels are pinned by number."""
    rows = session.scalars(
        select(VersionRow.id).join(
            KernelRow,
            (KernelRow.environment_id == VersionRow.environment_id)
            & (KernelRow.pinned == cast(VersionRow.number, Text)),
        )
    )
    return dict.fromkeys(rows, "a kernel is pinned to it")


def add(
    session: Session, name: str, environment_id: str, kernel: str, *, pinned_to: str = ""
) -> KernelRow:
    """Mint *name* for the kernel *kernel* of an environment.

    *pinned_to* is the number of a version or the name of a pointer.
    """
    row = KernelRow(
        name=name,
        environment_id=environment_id,
        kernel=kernel,
        display_name=name,
        pinned=pinned_to,
    )
    session.add(row)
    return row


def remove(session: Session, row: KernelRow) -> None:
    """The kernel is gone."""
    session.delete(row)
