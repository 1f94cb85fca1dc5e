"""The database: engine, schema version, sessions.

SQLite runs in WAL mode with a busy timeout. There is one writer at a time: ``BEGIN IMMEDIATE``
there, an advisory lock on PostgreSQL. Events wake up whoever waits for them.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import Engine, create_engine, event, inspect
from sqlalchemy.orm import Session

from ..models.problem import StoreUnusable
from .change_mark import ChangeMark
from .shown_lock import follow

BUSY_TIMEOUT_MS = 15_000
_JOURNAL_ATTEMPTS = 100
_ONE_WRITER = "SELECT pg_advisory_xact_lock(7462787)"
# The newest migration; a test compares it with Alembic's head.
SCHEMA = "0007"


class Database:
    """One database; thread-safe. ``url`` is an SQLAlchemy URL."""

    def __init__(self, url: str, *, wal: bool = True) -> None:
        self.url = url
        self.sqlite = url.startswith("sqlite")
        options: dict[str, Any] = {"pool_pre_ping": True} if not self.sqlite else {}
        # Models as they are, written once; a lock has some hundred kilobytes.
        options["json_serializer"] = lambda value: to_json(value).decode()
        options["json_deserializer"] = from_json
        self.engine: Engine = create_engine(url, **options)
        if self.sqlite:
            _prepare_sqlite(self.engine, wal)
        #: Tells whether anybody has written.
        self.changes = ChangeMark(self.engine)
        self._writer = threading.Lock()
        self._listeners: list[Callable[[], None]] = []
        self._before_commit: list[Callable[[Session], None]] = []

    @classmethod
    def open(cls, path: Path, *, wal: bool = True) -> Database:
        """The SQLite database at *path*, brought to this program's schema."""
        database = cls(f"sqlite:///{path}", wal=wal)
        database.migrate()
        return database

    def migrate(self) -> None:
        """Bring the schema up to date. Raises :class:`StoreUnusable` when it is newer than we."""
        found = self._revision()
        if found == SCHEMA:
            return
        # Imported only here: a server that starts on an up-to-date store needs no Alembic.
        from .migrate import is_known, upgrade

        if found is not None and not is_known(found):
            raise StoreUnusable(
                f"the database has schema {found}, which is newer than this program ({SCHEMA})",
                "Upgrade jupyterlab-terrarium, or use another store root.",
            )
        with self._writer:
            upgrade(self.engine)

    def _revision(self) -> str | None:
        with self.engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.exec_driver_sql(
                "SELECT version_num FROM alembic_version"
            ).scalar_one_or_none()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; nothing is committed."""
        with Session(self.engine) as session:
            if self.sqlite:
                # One snapshot for all queries of the session.
                session.connection().exec_driver_sql("BEGIN")
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session in one transaction: committed at the end, rolled back on any error."""
        with self._writer, Session(self.engine, expire_on_commit=False) as session:
            session.info["write"] = True
            follow(session)
            with session.begin():
                # One writer at a time, or events would be numbered in another order than that of
                # their commits, and a reader could be led past one.
                session.connection().exec_driver_sql(
                    "BEGIN IMMEDIATE" if self.sqlite else _ONE_WRITER
                )
                yield session
                for write in self._before_commit:
                    write(session)
            changed = bool(session.info.get("events"))
        if changed:
            self.wake()

    def before_commit(self, write: Callable[[Session], None]) -> None:
        """Let *write* add to every transaction, as its last act."""
        self._before_commit.append(write)

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

    def close(self) -> None:
        """Give all connections back."""
        self.changes.close()
        self.engine.dispose()


def _set_journal_mode(cursor: Any, mode: str) -> None:
    """Change the journal mode unless it is set; the busy timeout does not hold for this."""
    for attempt in range(_JOURNAL_ATTEMPTS):
        if cursor.execute("PRAGMA journal_mode").fetchone()[0] == mode:
            return
        try:
            cursor.execute(f"PRAGMA journal_mode={mode}")
            return
        except sqlite3.OperationalError:
            if attempt == _JOURNAL_ATTEMPTS - 1:
                raise
            threading.Event().wait(0.05)


def _prepare_sqlite(engine: Engine, wal: bool) -> None:
    @event.listens_for(engine, "connect")
    def _connect(connection: Any, record: object) -> None:
        # The driver's own transactions begin too late for BEGIN IMMEDIATE; we begin them.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        _set_journal_mode(cursor, "wal" if wal else "delete")
        cursor.execute("PRAGMA synchronous=NORMAL" if wal else "PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()
