"""Notices what other processes write: a thread asks SQLite once a second, in one connection."""

from __future__ import annotations

import logging
import threading

from sqlalchemy.exc import OperationalError

from .database import Database

INTERVAL_SECONDS = 1.0
_log = logging.getLogger("jupyterlab_terrarium.store")


class ChangeWatcher:
    """Wakes the listeners of a database when another process has written to it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="terrarium-watch", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        if self._database.sqlite:
            self._thread.start()

    def stop(self) -> None:
        """End; returns when the thread has ended."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        with self._database.engine.connect() as connection:
            # The number is only comparable within one connection.
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            last: int | None = None
            while not self._stop.wait(INTERVAL_SECONDS):
                try:
                    found = connection.exec_driver_sql("PRAGMA data_version").scalar_one()
                except OperationalError:
                    _log.warning("the database did not answer; asking again", exc_info=True)
                    continue
                if last is not None and found != last:
                    self._database.wake()
                last = found
