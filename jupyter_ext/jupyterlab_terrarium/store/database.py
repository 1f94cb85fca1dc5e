"""The database: engine, schema version, sessions.

SQLite runs in WAL mode with a busy timeout; writes use ``BEGIN IMMEDIATE`` and one writer at a
time in this process. Events wake up whoever waits for them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session

from ..models.problem import StoreUnusable

BUSY_TIMEOUT_MS = 15_000
_MIGRATIONS = Path(__file__).with_name("migrations")


class Database:
    """One database; thread-safe. ``url`` is an SQLAlchemy URL."""

    def __init__(self, url: str, *, wal: bool = True) -> None:
        self.url = url
        self.sqlite = url.startswith("sqlite")
        options: dict[str, Any] = {"pool_pre_ping": True} if not self.sqlite else {}
        self.engine: Engine = create_engine(url, **options)
        if self.sqlite:
            _prepare_sqlite(self.engine, wal)
        self._writer = threading.Lock()
        self._listeners: list[Callable[[], None]] = []

    @classmethod
    def open(cls, path: Path, *, wal: bool = True) -> Database:
        """The SQLite database at *path*, brought to this program's schema."""
        database = cls(f"sqlite:///{path}", wal=wal)
        database.migrate()
        return database

    def migrate(self) -> None:
        """Bring the schema up to date. Raises :class:`StoreUnusable` when it is newer than we."""
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        scripts = ScriptDirectory.from_config(config)
        head = scripts.get_current_head()
        with self.engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
        if found == head:
            return
        if found is not None and found not in {
            script.revision for script in scripts.walk_revisions()
        }:
            raise StoreUnusable(
                f"the database has schema {found}, which is newer than this program ({head})",
                "Upgrade jupyterlab-terrarium, or use another store root.",
            )
        config.attributes["engine"] = self.engine
        with self._writer:
            command.upgrade(config, "head")

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; nothing is committed."""
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session in one transaction: committed at the end, rolled back on any error."""
        with self._writer, Session(self.engine, expire_on_commit=False) as session:
            session.info["write"] = True
            with session.begin():
                if self.sqlite:
                    session.connection().exec_driver_sql("BEGIN IMMEDIATE")
                yield session
            changed = bool(session.info.get("events"))
        if changed:
            self.wake()

    def on_event(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call *listener* (from any thread) after each commit with events; returns its removal."""
        self._listeners.append(listener)

        def remove() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return remove

    def wake(self) -> None:
        """Tell every listener that there may be new events."""
        for listener in list(self._listeners):
            listener()

    def data_version(self) -> int:
        """A number that changes when another process has written (SQLite), else 0."""
        if not self.sqlite:
            return 0
        with self.engine.connect() as connection:
            return int(connection.exec_driver_sql("PRAGMA data_version").scalar_one())

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _prepare_sqlite(engine: Engine, wal: bool) -> None:
    @event.listens_for(engine, "connect")
    def _connect(connection: Any, record: object) -> None:
        # The driver's own transactions begin too late for BEGIN IMMEDIATE; we begin them.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.execute(f"PRAGMA journal_mode={'WAL' if wal else 'DELETE'}")
        cursor.execute("PRAGMA synchronous=NORMAL" if wal else "PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()
