"""The lock that lists show, with the environment: a filter need not visit every version"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("environment", sa.Column("lock_digest", sa.Text(), nullable=True))
    op.execute(
        "UPDATE environment SET lock_digest = (SELECT version.lock_digest FROM version WHERE "
        "version.id = coalesce(environment.current_version_id, environment.latest_version_id))"
    )


def downgrade() -> None:
    op.drop_column("environment", "lock_digest")
