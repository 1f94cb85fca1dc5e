"""Versions that people trust: pointers, notes, modes, fences, checks, kept files, scratch layers"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _columns() -> list[tuple[str, sa.Column[Any]]]:
    """The new columns of tables that are there, each with what older rows get."""

    def text(name: str, default: str | None) -> sa.Column[Any]:
        return sa.Column(name, sa.Text(), server_default=default, nullable=default is None)

    def number(name: str, kind: type[sa.Integer] = sa.Integer) -> sa.Column[Any]:
        return sa.Column(name, kind(), server_default="0", nullable=False)

    return [
        (
            "environment",
            sa.Column("hold", sa.Boolean(), server_default=sa.false(), nullable=False),
        ),
        ("version", text("lock_origin_id", None)),
        ("version", text("mode", "refresh")),
        ("version", text("base_version_id", None)),
        ("version", text("note", "")),
        ("build", number("fence")),
        ("build", number("priority")),
        ("build", number("retries")),
        ("build", number("fetched", sa.BigInteger)),
        ("build", sa.Column("checks", sa.JSON(), server_default="[]", nullable=False)),
    ]


def upgrade() -> None:
    op.create_table(
        "lock_origin",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("lock_digest", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["lock_digest"], ["lock.digest"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_lock_origin_lock_digest"), "lock_origin", ["lock_digest"])
    # Plain columns only: SQLite would make a table anew for anything else, and others refer to it.
    for table, column in _columns():
        op.add_column(table, column)
    op.create_table(
        "pointer",
        sa.Column("environment_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["environment_id"], ["environment.id"]),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"]),
        sa.PrimaryKeyConstraint("environment_id", "name"),
    )
    op.create_index(op.f("ix_pointer_version_id"), "pointer", ["version_id"])
    op.create_table(
        "package_file",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_table(
        "scratch",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("kernel", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_scratch_user"), "scratch", ["user"])
    op.create_index(op.f("ix_scratch_version_id"), "scratch", ["version_id"])


def downgrade() -> None:
    op.drop_table("scratch")
    op.drop_table("package_file")
    op.drop_table("pointer")
    for table, column in reversed(_columns()):
        op.drop_column(table, column.name)
    op.drop_table("lock_origin")
