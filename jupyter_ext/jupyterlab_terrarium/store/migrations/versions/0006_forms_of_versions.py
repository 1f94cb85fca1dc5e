"""Artifacts: forms of versions, made on request"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _text(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=null)


def upgrade() -> None:
    op.create_table(
        "artifact",
        _text("id"),
        _text("key"),
        _text("version_id"),
        _text("form"),
        _text("platform"),
        sa.Column("options", sa.JSON(), nullable=False),
        _text("state"),
        _text("owner", null=True),
        _text("requested_by"),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("beat", sa.Integer(), nullable=False),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        _text("file_name"),
        _text("media_type"),
        _text("sha256"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    for column in ("version_id", "state", "sha256"):
        op.create_index(f"ix_artifact_{column}", "artifact", [column])
    op.add_column("share", sa.Column("forms", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    op.drop_column("share", "forms")
    op.drop_table("artifact")
