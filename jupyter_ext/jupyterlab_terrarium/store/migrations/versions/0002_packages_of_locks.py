"""Packages of locks, for the filter"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NAMES = sa.table("package_name", sa.column("id", sa.Integer), sa.column("name", sa.Text))


def _create_lock_platform(*keys: sa.Column[str] | sa.Column[int] | sa.PrimaryKeyConstraint) -> None:
    op.create_table(
        "lock_platform",
        *keys,
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("conda", sa.Integer(), nullable=False),
        sa.Column("pip", sa.Integer(), nullable=False),
        sa.Column("download", sa.BigInteger(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["lock_digest"], ["lock.digest"]),
    )
    op.execute(
        "INSERT INTO lock_platform"
        " (lock_digest, platform, digest, conda, pip, download, headline)"
        " SELECT lock_digest, platform, digest, conda, pip, download, headline"
        " FROM old_lock_platform ORDER BY lock_digest, platform"
    )
    op.drop_table("old_lock_platform")
    op.create_index(op.f("ix_lock_platform_digest"), "lock_platform", ["digest"], unique=False)


def _set_lock_platform_aside() -> None:
    op.drop_index(op.f("ix_lock_platform_digest"), table_name="lock_platform")
    op.rename_table("lock_platform", "old_lock_platform")


def upgrade() -> None:

    _set_lock_platform_aside()
    _create_lock_platform(
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("lock_digest", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
    )
    op.create_index("lock_platform_part", "lock_platform", ["lock_digest", "platform"], unique=True)
    op.create_table(
        "package_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "lock_package",
        sa.Column("name_id", sa.Integer(), nullable=False),
        sa.Column("lock_platform_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["lock_platform_id"], ["lock_platform.id"]),
        sa.ForeignKeyConstraint(["name_id"], ["package_name.id"]),
        sa.PrimaryKeyConstraint("name_id", "lock_platform_id"),
        sqlite_with_rowid=False,
    )
    _fill()


def _fill() -> None:
    """Record the packages of the locks that are there, one lock at a time: they are large."""
    connection = op.get_bind()
    parts = connection.execute(sa.text("SELECT id, lock_digest, platform FROM lock_platform")).all()
    numbers: dict[str, int] = {}
    for part_id, digest, platform in parts:
        content = connection.execute(
            sa.text("SELECT content FROM lock WHERE digest = :digest"), {"digest": digest}
        ).scalar_one()
        lock = json.loads(content) if isinstance(content, str) else content
        part = next(item for item in lock["platforms"] if item["platform"] == platform)
        versions = {p["name"].lower(): p["version"] for p in [*part["pip"], *part["conda"]]}
        new = [name for name in versions if name not in numbers]
        if new:
            connection.execute(sa.insert(_NAMES), [{"name": name} for name in new])
            rows = connection.execute(sa.select(_NAMES).where(_NAMES.c.name.in_(new)))
            numbers.update((row.name, row.id) for row in rows)
        if versions:
            connection.execute(
                sa.text("INSERT INTO lock_package VALUES (:name_id, :part_id, :version)"),
                [
                    {"name_id": numbers[name], "part_id": part_id, "version": version}
                    for name, version in versions.items()
                ],
            )


def downgrade() -> None:

    op.drop_table("lock_package")
    op.drop_table("package_name")
    op.drop_index("lock_platform_part", table_name="lock_platform")
    _set_lock_platform_aside()
    _create_lock_platform(
        sa.Column("lock_digest", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("lock_digest", "platform"),
    )
