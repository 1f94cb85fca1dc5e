"""A thread that does something whenever something has happened in a store."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from .database import Database

_log = logging.getLogger("jupyterlab_terrarium.store")
#: Many things often change together: they are looked at once.
_PAUSE_SECONDS = 0.2


class Following:
    """Calls *work*, first at its start; *what* names it in the log when it fails."""

    def __init__(self, database: Database, work: Callable[[], object], what: str) -> None:
        self._work = work
        self._what = what
        self._changed = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="terrarium-following", daemon=True)
        self._forget = database.on_event(self._changed.set)

    def start(self) -> None:
        """Begin."""
        self._changed.set()
        self._thread.start()

    def stop(self) -> None:
        """End; returns when *work* is not running any more."""
        self._forget()
        self._stopping.set()
        self._changed.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while True:
            self._changed.wait()
            if self._stopping.wait(_PAUSE_SECONDS):
                return
            self._changed.clear()
            try:
                self._work()
            except Exception as error:
                # It is tried again when next something happens; the store goes on. Programs in a
                # shell show what is logged, so no traceback goes with it unless that is asked for.
                _log.warning("%s could not be brought up to date: %s", self._what, error)
                _log.debug("where that came from", exc_info=True)
