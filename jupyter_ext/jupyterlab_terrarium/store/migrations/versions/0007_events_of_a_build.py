"""Events are found by their build: whoever ends one looked at all of them"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_event_build_id", "event", ["build_id"])


def downgrade() -> None:
    op.drop_index("ix_event_build_id", "event")
