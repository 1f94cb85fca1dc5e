"""The table of artifacts: forms of versions that were made, or are to be."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from .tables import Base, new_id, now


class ArtifactRow(Base):
    """One form of one version. ``platform`` is empty where there is one for all platforms.

    ``key`` is a SHA-256 of all that its bytes depend on, ``sha256`` that of its file, a blob.
    ``owner`` is the supervisor that makes it; whoever makes it makes the same bytes.
    """

    __tablename__ = "artifact"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(unique=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("version.id"), index=True)
    form: Mapped[str]
    platform: Mapped[str] = mapped_column(default="")
    options: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(index=True)
    owner: Mapped[str | None]
    requested_by: Mapped[str]
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    beat: Mapped[int] = mapped_column(Integer, default=0)
    progress: Mapped[dict[str, Any]]
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    file_name: Mapped[str]
    media_type: Mapped[str]
    sha256: Mapped[str] = mapped_column(default="", index=True)
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    created: Mapped[datetime] = mapped_column(default=now)
    finished: Mapped[datetime | None]
