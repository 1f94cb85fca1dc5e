"""Follows the events of a team store, in a thread, and lets the mirror keep up with them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from ..models.away import StoreAway, StoreMismatch
from ..models.event import Event, EventPage
from ..models.problem import NotFound, TerrariumError, Unauthenticated
from ..models.status import Page
from ..store.database import Database
from .client import Listed, StoreClient
from .mirror import Mirror

MAX_LISTED = 2_000
MAX_OWN = 200
_WAIT_SECONDS = 20
_ANEW_SECONDS = 300.0
_RETRY_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0)
_log = logging.getLogger("jupyterlab_terrarium.connected")


class Follower:
    """*announce* is called, from a thread, whenever browsers may find something new."""

    def __init__(
        self, mirror: Mirror, client: StoreClient, database: Database, announce: Callable[[], None]
    ) -> None:
        self._mirror = mirror
        self._client = client
        self._announce = announce
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._own = ""
        self._threads = [
            threading.Thread(target=self._follow, name="terrarium-follower", daemon=True),
            threading.Thread(target=self._settle, name="terrarium-settler", daemon=True),
        ]
        self._remove = database.on_event(self._wake.set)

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End, at once."""
        self._remove()
        self._stopping.set()
        self._wake.set()
        self._client.close()
        for thread in self._threads:
            thread.join(timeout=5)

    def _settle(self) -> None:
        """Builds end here while the other thread waits for the store."""
        while not self._stopping.is_set():
            self._wake.wait()
            self._wake.clear()
            if self._stopping.is_set():
                return
            try:
                self._mirror.settle()
            except Exception:
                _log.exception("what was built here could not be made current; trying again")

    def _follow(self) -> None:
        failures, said = 0, ""
        while not self._stopping.is_set():
            try:
                self._follow_once(after_failure=failures > 0)
                failures, said = 0, ""
            except (StoreAway, StoreMismatch, Unauthenticated) as error:
                if error.message != said and not self._stopping.is_set():
                    _log.warning("Terrarium: %s. %s", error.message, error.hint)
                    self._announce()
                failures, said = failures + 1, error.message
            except Exception:
                if self._stopping.is_set():
                    return
                _log.exception("the team store could not be followed; trying again")
                failures += 1
            if failures:
                self._stopping.wait(_RETRY_SECONDS[min(failures, len(_RETRY_SECONDS)) - 1])

    def _follow_once(self, *, after_failure: bool) -> None:
        """Look at everything, then at what changes, for some minutes."""
        status = self._client.status()
        last, self._own = status.last_event, status.namespace
        if after_failure:
            _log.warning("Terrarium: the team store answers again.")
        self._announce()
        self._look()
        end = time.monotonic() + _ANEW_SECONDS
        while time.monotonic() < end and not self._stopping.is_set():
            page = self._client.get(
                EventPage,
                "events",
                query={"after": last, "wait": _WAIT_SECONDS},
                seconds=_WAIT_SECONDS + 20,
            )
            last = page.last
            if page.events:
                self._announce()
                self._keep_up(page.events)

    def _look(self) -> None:
        """Bring what is wanted and not here, forget what is here and not there any more."""
        there = self._listed()
        here = self._mirror.here()
        for one in self._wanted(there, set(here)):
            known = here.get(one.id) == (one.namespace, one.name, one.recommended, one.current)
            if not (known and self._mirror.knows_pins(one.id)):
                self._bring(one.id, one.namespace, one.name)
        seen = {one.id for one in there}
        for identity, (namespace, name, _, _) in here.items():
            if identity not in seen:
                self._bring(identity, namespace, name)

    def _listed(self) -> list[Listed]:
        found: list[Listed] = []
        cursor: dict[str, str] = {}
        while len(found) < MAX_LISTED:
            page = self._client.get(Page[Listed], "environments", query={"limit": 500, **cursor})
            found += page.items
            if page.next_cursor is None:
                break
            cursor = {"cursor": page.next_cursor}
        return found

    def _wanted(self, there: list[Listed], here: set[str]) -> list[Listed]:
        own = [one for one in there if one.namespace == self._own][:MAX_OWN]
        others = [
            one
            for one in there
            if one.namespace != self._own and (one.recommended or one.id in here)
        ]
        return own + others

    def _keep_up(self, events: list[Event]) -> None:
        if any(event.kind == "members-changed" for event in events):
            # What is there for us may be something else now.
            self._look()
        changed: dict[str, Event] = {}
        for event in events:
            if event.kind == "members-changed":
                continue
            if event.kind != "build-changed" or event.data.get("state") == "ready":
                changed[event.environment_id] = event
        here = self._mirror.here()
        for identity, event in changed.items():
            if event.kind == "environment-deleted":
                if identity in here:
                    self._mirror.forget(identity)
            elif identity in here or event.namespace == self._own:
                self._bring(identity, event.namespace, event.environment)
            else:
                there = self._listed()
                if any(one.id == identity and one.recommended for one in there):
                    self._bring(identity, event.namespace, event.environment)

    def _bring(self, identity: str, namespace: str, name: str) -> None:
        try:
            self._mirror.bring(namespace, name)
        except NotFound:
            if identity in self._mirror.here():
                self._mirror.renew(identity)
        except StoreAway:
            raise
        except TerrariumError as error:
            _log.warning("%s/%s is not here: %s", namespace, name, error.message)
