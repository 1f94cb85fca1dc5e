"""Minted kernelspec names in the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from .tables import KernelRow


def of(session: Session, environment_id: str) -> Sequence[KernelRow]:
    """The kernels minted for an environment."""
    return session.scalars(
        select(KernelRow).where(KernelRow.environment_id == environment_id).order_by(KernelRow.name)
    ).all()


def add(session: Session, name: str, environment_id: str, kernel: str) -> KernelRow:
    """Mint *name* for the kernel *kernel* of an environment."""
    row = KernelRow(name=name, environment_id=environment_id, kernel=kernel, display_name=name)
    session.add(row)
    return row


def remove(session: Session, row: KernelRow) -> None:
    """The kernel is gone."""
    session.delete(row)
