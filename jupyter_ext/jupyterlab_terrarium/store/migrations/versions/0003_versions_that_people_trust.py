"""Versions that people trust: pointers, notes, modes, fences, checks, kept files, scratch layers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0001"
branch_labels = None
depends_on = None


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
    with op.batch_alter_table("environment") as table:
        table.add_column(sa.Column("hold", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("version") as table:
        table.add_column(sa.Column("lock_origin_id", sa.Text(), nullable=True))
        table.create_foreign_key("version_lock_origin", "lock_origin", ["lock_origin_id"], ["id"])
        table.add_column(sa.Column("mode", sa.Text(), server_default="refresh", nullable=False))
        table.add_column(sa.Column("base_version_id", sa.Text(), nullable=True))
        table.add_column(sa.Column("note", sa.Text(), server_default="", nullable=False))
    with op.batch_alter_table("build") as table:
        for name in ("fence", "priority", "retries"):
            table.add_column(sa.Column(name, sa.Integer(), server_default="0", nullable=False))
        table.add_column(sa.Column("fetched", sa.BigInteger(), server_default="0", nullable=False))
        table.add_column(sa.Column("checks", sa.JSON(), server_default="[]", nullable=False))
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
    with op.batch_alter_table("build") as table:
        for name in ("checks", "fetched", "retries", "priority", "fence"):
            table.drop_column(name)
    with op.batch_alter_table("version") as table:
        table.drop_constraint("version_lock_origin", type_="foreignkey")
        for name in ("note", "base_version_id", "mode", "lock_origin_id"):
            table.drop_column(name)
    with op.batch_alter_table("environment") as table:
        table.drop_column("hold")
    op.drop_table("lock_origin")
