"""Tokens of the API in the database: made, found by their hash, used, revoked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from typing_extensions import Unpack

from .shares import token_hash
from .tables import NamespaceRow, now
from .team_tables import TokenRow


@dataclass(frozen=True)
class TokenRecord:
    """A token with the namespace that it is narrowed to, if any."""

    token: TokenRow
    namespace: NamespaceRow | None


def add(session: Session, row: TokenRow) -> TokenRow:
    """A new token."""
    session.add(row)
    session.flush()
    return row


def _records() -> Select[Unpack[tuple[Any, ...]]]:
    return select(TokenRow, NamespaceRow).outerjoin(
        NamespaceRow, NamespaceRow.id == TokenRow.namespace_id
    )


def find(session: Session, secret: str) -> TokenRow | None:
    """The token with this secret, dead or alive."""
    return session.scalar(select(TokenRow).where(TokenRow.token_hash == token_hash(secret)))


def get(session: Session, token_id: str) -> TokenRecord | None:
    """The token with this id."""
    row = session.execute(_records().where(TokenRow.id == token_id)).first()
    return None if row is None else TokenRecord(*row)


def page(session: Session, user: str | None) -> Sequence[TokenRecord]:
    """The tokens of *user*, or of everybody, newest first."""
    query = _records().order_by(TokenRow.created.desc(), TokenRow.id)
    if user is not None:
        query = query.where(TokenRow.user == user)
    return [TokenRecord(*row) for row in session.execute(query)]


def touch(session: Session, token_id: str) -> None:
    """That the token is used now."""
    row = session.get(TokenRow, token_id)
    if row is not None:
        row.last_used = now()
