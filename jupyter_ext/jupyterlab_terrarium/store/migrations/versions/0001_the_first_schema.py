"""The first schema"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "event",
        sa.Column(
            "sequence",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("namespace_id", sa.Text(), nullable=True),
        sa.Column("environment_id", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("build_id", sa.Text(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_event_namespace_id"), "event", ["namespace_id"], unique=False)
    op.create_table(
        "lock",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "namespace",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
        sa.UniqueConstraint("owner"),
    )
    op.create_table(
        "prefix",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("kernels", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "environment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("namespace_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted", sa.DateTime(timezone=True), nullable=True),
        sa.Column("current_version_id", sa.Text(), nullable=True),
        sa.Column("latest_version_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["namespace_id"],
            ["namespace.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "environment_visible_name",
        "environment",
        ["namespace_id", "name"],
        unique=True,
        sqlite_where=sa.text("deleted IS NULL"),
        postgresql_where=sa.text("deleted IS NULL"),
    )
    op.create_table(
        "lock_platform",
        sa.Column("lock_digest", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("conda", sa.Integer(), nullable=False),
        sa.Column("pip", sa.Integer(), nullable=False),
        sa.Column("download", sa.BigInteger(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lock_digest"],
            ["lock.digest"],
        ),
        sa.PrimaryKeyConstraint("lock_digest", "platform"),
    )
    op.create_index(op.f("ix_lock_platform_digest"), "lock_platform", ["digest"], unique=False)
    op.create_table(
        "kernel",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("environment_id", sa.Text(), nullable=False),
        sa.Column("kernel", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["environment_id"],
            ["environment.id"],
        ),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_index(op.f("ix_kernel_environment_id"), "kernel", ["environment_id"], unique=False)
    op.create_table(
        "version",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("environment_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("specification_text", sa.Text(), nullable=False),
        sa.Column("specification", sa.JSON(), nullable=False),
        sa.Column("lock_digest", sa.Text(), nullable=True),
        sa.Column("run_link_scripts", sa.JSON(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("last_build_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["environment_id"],
            ["environment.id"],
        ),
        sa.ForeignKeyConstraint(
            ["lock_digest"],
            ["lock.digest"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_version_lock_digest"), "version", ["lock_digest"], unique=False)
    op.create_index("version_number", "version", ["environment_id", "number"], unique=True)
    op.create_table(
        "build",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("reused", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("phases", sa.JSON(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["version.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_build_state"), "build", ["state"], unique=False)
    op.create_index(op.f("ix_build_version_id"), "build", ["version_id"], unique=False)
    op.create_table(
        "plan",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("specification_text", sa.Text(), nullable=False),
        sa.Column("specification", sa.JSON(), nullable=False),
        sa.Column("lock", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("lock_digest", sa.Text(), nullable=True),
        sa.Column("base_version_id", sa.Text(), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["base_version_id"],
            ["version.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_plan_created"), "plan", ["created"], unique=False)
    op.create_index(op.f("ix_plan_user"), "plan", ["user"], unique=False)


def downgrade() -> None:

    op.drop_index(op.f("ix_plan_user"), table_name="plan")
    op.drop_index(op.f("ix_plan_created"), table_name="plan")
    op.drop_table("plan")
    op.drop_index(op.f("ix_build_version_id"), table_name="build")
    op.drop_index(op.f("ix_build_state"), table_name="build")
    op.drop_table("build")
    op.drop_index("version_number", table_name="version")
    op.drop_index(op.f("ix_version_lock_digest"), table_name="version")
    op.drop_table("version")
    op.drop_index(op.f("ix_kernel_environment_id"), table_name="kernel")
    op.drop_table("kernel")
    op.drop_index(op.f("ix_lock_platform_digest"), table_name="lock_platform")
    op.drop_table("lock_platform")
    op.drop_index(
        "environment_visible_name",
        table_name="environment",
        sqlite_where=sa.text("deleted IS NULL"),
        postgresql_where=sa.text("deleted IS NULL"),
    )
    op.drop_table("environment")
    op.drop_table("prefix")
    op.drop_table("namespace")
    op.drop_table("lock")
    op.drop_index(op.f("ix_event_namespace_id"), table_name="event")
    op.drop_table("event")
