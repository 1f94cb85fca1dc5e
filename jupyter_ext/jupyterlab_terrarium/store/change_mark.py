"""A mark of the database's content: equal marks, equal content, whoever writes."""

from __future__ import annotations

import threading
from collections.abc import Hashable

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError


class ChangeMark:
    """Tells cheaply whether anything was committed since; safe to use from several threads.

    Sources: "PRAGMA data_version" in SQLite's documentation (it is comparable within one connection
    and counts the commits of all others); ``pg_current_snapshot`` in PostgreSQL's.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        sqlite = engine.dialect.name == "sqlite"
        self._query = "PRAGMA data_version" if sqlite else "SELECT pg_current_snapshot()::text"
        self._connection: Connection | None = None
        self._lock = threading.Lock()

    def now(self) -> Hashable:
        """The mark of what a query that begins after this call sees, or of what came before it.

        When the database does not answer it equals no other.
        """
        with self._lock:
            try:
                if self._connection is None:
                    connection = self._engine.connect()
                    self._connection = connection.execution_options(isolation_level="AUTOCOMMIT")
                found: Hashable = self._connection.exec_driver_sql(self._query).scalar_one()
            except SQLAlchemyError:
                self._hang_up()
                return object()
            return found

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            self._hang_up()

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()
