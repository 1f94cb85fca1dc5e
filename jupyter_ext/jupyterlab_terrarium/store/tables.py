"""The tables: one schema for SQLite and PostgreSQL.

Times are UTC. Identities are opaque texts of 16 characters; names are labels that can change.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timezone
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Text,
    TypeDecorator,
    false,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from .packed import PackedJson

_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


def new_id() -> str:
    """A new opaque identity: 16 characters, 80 random bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(16))


def now() -> datetime:
    """The present time, UTC, aware."""
    return datetime.now(timezone.utc)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time; SQLite stores it without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC before it is stored."""
        return None if value is None else value.astimezone(timezone.utc)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back that SQLite has lost."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=timezone.utc)


class Base(DeclarativeBase):
    """Base of all tables."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[str]: JSON,
        str: Text,
    }


class NamespaceRow(Base):
    """Owner of environments. ``owner`` is the user of a personal one.

    ``group`` is the group of the hub or the system that a shared one was derived from.
    """

    __tablename__ = "namespace"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]
    owner: Mapped[str | None] = mapped_column(unique=True)
    group: Mapped[str | None] = mapped_column(index=True)
    created: Mapped[datetime] = mapped_column(default=now)


class LockRow(Base):
    """A lock, by its digest. Never changes."""

    __tablename__ = "lock"
    digest: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]]
    created: Mapped[datetime] = mapped_column(default=now)


class LockOriginRow(Base):
    """The same package files as a lock's, found elsewhere or asked for in other words.

    A digest says nothing about URLs, so equal locks of different channels share it; each version
    keeps its own words. ``id`` is the SHA-256 of the content.
    """

    __tablename__ = "lock_origin"
    id: Mapped[str] = mapped_column(primary_key=True)
    lock_digest: Mapped[str] = mapped_column(ForeignKey("lock.digest"), index=True)
    content: Mapped[dict[str, Any]]
    created: Mapped[datetime] = mapped_column(default=now)


class LockPlatformRow(Base):
    """One platform of a lock, with what lists need to show. ``download`` is in bytes."""

    __tablename__ = "lock_platform"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    lock_digest: Mapped[str] = mapped_column(ForeignKey("lock.digest"))
    platform: Mapped[str]
    digest: Mapped[str] = mapped_column(index=True)
    conda: Mapped[int] = mapped_column(Integer)
    pip: Mapped[int] = mapped_column(Integer)
    download: Mapped[int] = mapped_column(BigInteger)
    headline: Mapped[str] = mapped_column(default="")
    __table_args__ = (Index("lock_platform_part", "lock_digest", "platform", unique=True),)


class PackageNameRow(Base):
    """A package name in lower case. There are few, so a filter may look at each of them."""

    __tablename__ = "package_name"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class LockPackageRow(Base):
    """That a platform of a lock has a package, conda or pip; by numbers, so that it stays small.

    The order of the key is what makes it fast to find the locks that have a package.
    """

    __tablename__ = "lock_package"
    name_id: Mapped[int] = mapped_column(ForeignKey("package_name.id"), primary_key=True)
    lock_platform_id: Mapped[int] = mapped_column(ForeignKey("lock_platform.id"), primary_key=True)
    version: Mapped[str]
    __table_args__ = ({"sqlite_with_rowid": False},)


class PrefixRow(Base):
    """A complete prefix of this store, by its platform digest. ``size`` is in bytes."""

    __tablename__ = "prefix"
    digest: Mapped[str] = mapped_column(primary_key=True)
    platform: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    files: Mapped[int] = mapped_column(Integer)
    kernels: Mapped[list[str]]
    warnings: Mapped[list[str]]
    created: Mapped[datetime] = mapped_column(default=now)


class EnvironmentRow(Base):
    """A name in a namespace. Deleted softly: ``deleted`` is when.

    ``lock_digest`` is that of the version that lists show, see :mod:`.shown_lock`.
    """

    __tablename__ = "environment"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    namespace_id: Mapped[str] = mapped_column(ForeignKey("namespace.id"))
    name: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    description: Mapped[str] = mapped_column(default="")
    created: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str]
    updated: Mapped[datetime] = mapped_column(default=now)
    deleted: Mapped[datetime | None]
    current_version_id: Mapped[str | None]
    latest_version_id: Mapped[str | None]
    lock_digest: Mapped[str | None]
    hold: Mapped[bool] = mapped_column(default=False, server_default=false())
    recommended: Mapped[bool] = mapped_column(default=False, server_default=false())
    __table_args__ = (
        Index(
            "environment_visible_name",
            "namespace_id",
            "name",
            unique=True,
            sqlite_where=text("deleted IS NULL"),
            postgresql_where=text("deleted IS NULL"),
        ),
    )


class PointerRow(Base):
    """A further named pointer (``stable``, ``staging``) to a version of an environment."""

    __tablename__ = "pointer"
    environment_id: Mapped[str] = mapped_column(ForeignKey("environment.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("version.id"), index=True)
    updated: Mapped[datetime] = mapped_column(default=now)
    updated_by: Mapped[str]


class VersionRow(Base):
    """What was asked for, with its number. The lock is set once and never changes.

    ``mode`` is how it is solved: ``keep`` what works in the version ``base_version_id``, or
    ``refresh`` everything.
    """

    __tablename__ = "version"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    environment_id: Mapped[str] = mapped_column(ForeignKey("environment.id"))
    number: Mapped[int] = mapped_column(Integer)
    specification_text: Mapped[str]
    specification: Mapped[dict[str, Any]]
    lock_digest: Mapped[str | None] = mapped_column(ForeignKey("lock.digest"), index=True)
    lock_origin_id: Mapped[str | None]
    run_link_scripts: Mapped[list[str]]
    mode: Mapped[str] = mapped_column(default="refresh", server_default="refresh")
    base_version_id: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="", server_default="")
    created: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str]
    last_build_id: Mapped[str | None]
    __table_args__ = (Index("version_number", "environment_id", "number", unique=True),)


class BuildRow(Base):
    """One attempt to make a version ready. ``owner`` is the supervisor that works on it.

    ``fence`` grows with every claim: whoever holds an older number may not publish. Lower
    ``priority`` comes first. ``fetched`` counts bytes that were downloaded, ``checks`` are the
    results of the specification's checks.
    """

    __tablename__ = "build"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    version_id: Mapped[str] = mapped_column(ForeignKey("version.id"), index=True)
    state: Mapped[str] = mapped_column(index=True)
    owner: Mapped[str | None]
    requested_by: Mapped[str]
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    reused: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    fence: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    priority: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    retries: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    fetched: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    checks: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default="[]")
    progress: Mapped[dict[str, Any]]
    phases: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    warnings: Mapped[list[str]]
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created: Mapped[datetime] = mapped_column(default=now)
    started: Mapped[datetime | None]
    finished: Mapped[datetime | None]
    __table_args__ = (Index("build_newest", "created", "id"),)


class PlanRow(Base):
    """A plan that was shown, so that a build may name it.

    ``lock`` and ``answer`` take models and give plain data.
    """

    __tablename__ = "plan"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    user: Mapped[str] = mapped_column(index=True)
    specification_text: Mapped[str]
    specification: Mapped[dict[str, Any]]
    lock: Mapped[Any] = mapped_column(PackedJson, nullable=True)
    lock_digest: Mapped[str | None]
    base_version_id: Mapped[str | None] = mapped_column(ForeignKey("version.id"))
    answer: Mapped[Any] = mapped_column(PackedJson)
    created: Mapped[datetime] = mapped_column(default=now, index=True)


class PackageFileRow(Base):
    """A package file kept in the blob store for the years to come. ``size`` is in bytes."""

    __tablename__ = "package_file"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    file_name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    created: Mapped[datetime] = mapped_column(default=now)


class ScratchRow(Base):
    """A private writable layer over a version's prefix, where its owner tries things out."""

    __tablename__ = "scratch"
    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    version_id: Mapped[str] = mapped_column(ForeignKey("version.id"), index=True)
    user: Mapped[str] = mapped_column(index=True)
    kernel: Mapped[str] = mapped_column(default="")
    created: Mapped[datetime] = mapped_column(default=now)


class KernelRow(Base):
    """A kernelspec minted for an environment; the name never changes.

    ``pinned`` is the number or pointer whose version it runs, empty for the current one.
    """

    __tablename__ = "kernel"
    name: Mapped[str] = mapped_column(primary_key=True)
    environment_id: Mapped[str] = mapped_column(ForeignKey("environment.id"), index=True)
    kernel: Mapped[str]
    display_name: Mapped[str]
    language: Mapped[str] = mapped_column(default="")
    pinned: Mapped[str] = mapped_column(default="", server_default="")


class EventRow(Base):
    """The only source of events; ``sequence`` grows and never repeats."""

    __tablename__ = "event"
    sequence: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    time: Mapped[datetime] = mapped_column(default=now)
    kind: Mapped[str]
    namespace_id: Mapped[str | None] = mapped_column(index=True)
    environment_id: Mapped[str | None]
    version: Mapped[int | None] = mapped_column(Integer)
    build_id: Mapped[str | None] = mapped_column(index=True)
    data: Mapped[dict[str, Any]]
    __table_args__ = ({"sqlite_autoincrement": True},)
