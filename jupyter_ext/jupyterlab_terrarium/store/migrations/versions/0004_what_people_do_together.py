"""What people do together: roles, shares, proposals, tokens, records of notebooks, the audit"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _text(name: str, default: str | None = None, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), server_default=default, nullable=null)


def _time(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _to(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target])


def _columns() -> list[tuple[str, sa.Column[Any]]]:
    """The new columns of tables that are there, each with what older rows get."""
    return [
        ("namespace", _text("group", null=True)),
        (
            "environment",
            sa.Column("recommended", sa.Boolean(), server_default=sa.false(), nullable=False),
        ),
        ("kernel", _text("pinned", "")),
    ]


def _tables() -> dict[str, tuple[list[Any], list[str]]]:
    """Each new table: columns and constraints, and the columns that are indexed alone."""
    return {
        "member": (
            [
                _text("id"),
                _text("namespace_id"),
                _text("environment_id", ""),
                _text("kind"),
                _text("subject"),
                _text("role"),
                _time("created"),
                _text("created_by"),
                _to("namespace_id", "namespace.id"),
                sa.PrimaryKeyConstraint("id"),
            ],
            [],
        ),
        "share": (
            [
                _text("id"),
                _text("token_hash"),
                _text("environment_id"),
                _text("version_id", null=True),
                _text("rights"),
                _text("note"),
                sa.Column("subjects", sa.JSON(), nullable=False),
                sa.Column("max_uses", sa.Integer(), nullable=True),
                _time("created"),
                _text("created_by"),
                _time("expires", null=True),
                _time("revoked", null=True),
                _time("last_used", null=True),
                _to("environment_id", "environment.id"),
                _to("version_id", "version.id"),
                sa.PrimaryKeyConstraint("id"),
                sa.UniqueConstraint("token_hash"),
            ],
            ["environment_id", "version_id", "created_by"],
        ),
        "share_use": (
            [
                _text("share_id"),
                _text("user"),
                sa.Column("count", sa.Integer(), nullable=False),
                _time("first"),
                _time("last"),
                _to("share_id", "share.id"),
                sa.PrimaryKeyConstraint("share_id", "user"),
            ],
            [],
        ),
        "proposal": (
            [
                _text("id"),
                _text("environment_id"),
                _text("base_version_id", null=True),
                _text("user"),
                _text("specification_text"),
                _text("mode"),
                _text("reason"),
                _text("state"),
                _text("answer"),
                _text("decided_by", null=True),
                _time("decided", null=True),
                _text("version_id", null=True),
                _time("created"),
                _to("environment_id", "environment.id"),
                _to("base_version_id", "version.id"),
                _to("version_id", "version.id"),
                sa.PrimaryKeyConstraint("id"),
            ],
            ["environment_id", "user"],
        ),
        "token": (
            [
                _text("id"),
                _text("token_hash"),
                _text("user"),
                _text("name"),
                sa.Column("scopes", sa.JSON(), nullable=False),
                _text("namespace_id", null=True),
                _time("created"),
                _time("expires", null=True),
                _time("revoked", null=True),
                _time("last_used", null=True),
                _to("namespace_id", "namespace.id"),
                sa.PrimaryKeyConstraint("id"),
                sa.UniqueConstraint("token_hash"),
            ],
            ["user"],
        ),
        "record": (
            [
                _text("version_id"),
                _text("user"),
                _text("notebook"),
                _time("seen"),
                _to("version_id", "version.id"),
                sa.PrimaryKeyConstraint("version_id", "user", "notebook"),
            ],
            [],
        ),
        "audit": (
            [
                sa.Column(
                    "sequence",
                    sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                    autoincrement=True,
                    nullable=False,
                ),
                _time("time"),
                _text("user"),
                _text("action"),
                _text("namespace_id", null=True),
                _text("target"),
                _text("origin"),
                _text("outcome"),
                sa.Column("data", sa.JSON(), nullable=False),
                sa.PrimaryKeyConstraint("sequence"),
            ],
            ["time", "namespace_id"],
        ),
    }


def upgrade() -> None:
    # Plain columns only: SQLite would make a table anew for anything else, and others refer to it.
    for table, column in _columns():
        op.add_column(table, column)
    op.create_index(op.f("ix_namespace_group"), "namespace", ["group"])
    op.create_index("build_newest", "build", ["created", "id"])
    for name, (columns, indexed) in _tables().items():
        more = {"sqlite_autoincrement": True} if name == "audit" else {}
        op.create_table(name, *columns, **more)
        for alone in indexed:
            op.create_index(op.f(f"ix_{name}_{alone}"), name, [alone])
    once = ["namespace_id", "environment_id", "kind", "subject"]
    op.create_index("member_once", "member", once, unique=True)
    op.create_index("member_subject", "member", ["kind", "subject"])


def downgrade() -> None:
    for name in reversed(_tables()):
        op.drop_table(name)
    op.drop_index("build_newest", "build")
    op.drop_index(op.f("ix_namespace_group"), "namespace")
    for table, column in reversed(_columns()):
        op.drop_column(table, column.name)
