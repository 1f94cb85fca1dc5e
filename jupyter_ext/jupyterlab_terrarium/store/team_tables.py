"""The tables of what people do together: roles, shares, proposals, tokens, records, the audit.

Secrets are stored as SHA-256 only: they have 128 random bits or more, so no slower hash is needed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from .tables import Base, new_id, now

__all__ = [
    "AuditRow",
    "Base",
    "MemberRow",
    "ProposalRow",
    "RecordRow",
    "ShareRow",
    "ShareUseRow",
    "TokenRow",
]


class MemberRow(Base):
    """The role of a user or group in a namespace; in one environment only when it is named.

    ``kind`` is ``user`` or ``group``; ``environment_id`` is empty for the whole namespace.
    """

    __tablename__ = "member"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    namespace_id: Mapped[str] = mapped_column(ForeignKey("namespace.id"))
    environment_id: Mapped[str] = mapped_column(default="", server_default="")
    kind: Mapped[str]
    subject: Mapped[str]
    role: Mapped[str]
    created: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str]
    __table_args__ = (
        Index("member_once", "namespace_id", "environment_id", "kind", "subject", unique=True),
        Index("member_subject", "kind", "subject"),
    )


class ShareRow(Base):
    """A link that gives its holder rights on an environment, or on one version of it.

    ``version_id`` is null for "always current". ``subjects`` are the people and groups whom it is
    for (``user:anna``, ``group:geo``), empty for whoever has the link.
    """

    __tablename__ = "share"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(unique=True)
    environment_id: Mapped[str] = mapped_column(ForeignKey("environment.id"), index=True)
    version_id: Mapped[str | None] = mapped_column(ForeignKey("version.id"), index=True)
    rights: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    subjects: Mapped[list[str]]
    max_uses: Mapped[int | None] = mapped_column(Integer)
    created: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str] = mapped_column(index=True)
    expires: Mapped[datetime | None]
    revoked: Mapped[datetime | None]
    last_used: Mapped[datetime | None]
    forms: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")


class ShareUseRow(Base):
    """That a person used a share. Whoever comes again counts once."""

    __tablename__ = "share_use"
    share_id: Mapped[str] = mapped_column(ForeignKey("share.id"), primary_key=True)
    user: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(Integer, default=1)
    first: Mapped[datetime] = mapped_column(default=now)
    last: Mapped[datetime] = mapped_column(default=now)


class ProposalRow(Base):
    """A change to an environment by somebody who may not make it.

    ``state`` is ``open``, ``approved``, ``declined`` or ``withdrawn``.
    """

    __tablename__ = "proposal"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    environment_id: Mapped[str] = mapped_column(ForeignKey("environment.id"), index=True)
    base_version_id: Mapped[str | None] = mapped_column(ForeignKey("version.id"))
    user: Mapped[str] = mapped_column(index=True)
    specification_text: Mapped[str]
    mode: Mapped[str] = mapped_column(default="keep")
    reason: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="open")
    answer: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[str | None]
    decided: Mapped[datetime | None]
    version_id: Mapped[str | None] = mapped_column(ForeignKey("version.id"))
    created: Mapped[datetime] = mapped_column(default=now)


class TokenRow(Base):
    """A token for the API: never more than what its user may, narrowed by scopes and namespace."""

    __tablename__ = "token"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user: Mapped[str] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(default="")
    scopes: Mapped[list[str]]
    namespace_id: Mapped[str | None] = mapped_column(ForeignKey("namespace.id"))
    created: Mapped[datetime] = mapped_column(default=now)
    expires: Mapped[datetime | None]
    revoked: Mapped[datetime | None]
    last_used: Mapped[datetime | None]


class RecordRow(Base):
    """That a notebook was saved on a version. ``notebook`` is an opaque mark of the file."""

    __tablename__ = "record"
    version_id: Mapped[str] = mapped_column(ForeignKey("version.id"), primary_key=True)
    user: Mapped[str] = mapped_column(primary_key=True)
    notebook: Mapped[str] = mapped_column(primary_key=True)
    seen: Mapped[datetime] = mapped_column(default=now)


class AuditRow(Base):
    """Who did what, when, from where, and how it ended. Rows are only ever added."""

    __tablename__ = "audit"
    sequence: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    time: Mapped[datetime] = mapped_column(default=now, index=True)
    user: Mapped[str]
    action: Mapped[str]
    namespace_id: Mapped[str | None] = mapped_column(index=True)
    target: Mapped[str] = mapped_column(default="")
    origin: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str]
    data: Mapped[dict[str, Any]]
    __table_args__ = ({"sqlite_autoincrement": True},)
