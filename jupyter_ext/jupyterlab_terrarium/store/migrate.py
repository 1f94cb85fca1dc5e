"""Migrations, by Alembic; imported only when the schema is not the newest."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

MIGRATIONS = Path(__file__).with_name("migrations")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def configuration(engine: Engine) -> Config:
    """What Alembic's commands need, to work on the database of *engine*."""
    config = _config()
    config.attributes["engine"] = engine
    return config


def head() -> str | None:
    """The newest migration."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def is_known(revision: str) -> bool:
    """Whether *revision* is one of this program's migrations."""
    scripts = ScriptDirectory.from_config(_config())
    return revision in {script.revision for script in scripts.walk_revisions()}


def upgrade(engine: Engine) -> None:
    """Bring the database of *engine* to the newest schema."""
    command.upgrade(configuration(engine), "head")
