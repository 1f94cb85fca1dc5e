"""Fetching the package files of plans that somebody looks at, politely.

A plan is looked at as long as its lease is renewed. One worker at nice 19 fetches what the plan
needs, one file after the other, by the very way of a build; it makes no prefix. It is ended as soon
as the plan is left, a build waits or runs, or the disk runs low: builds go first. What no build has
used after a while is dropped.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..models.build import ResultEvent
from ..models.lock import CondaPackage, Lock, PipPackage
from ..store import builds, fetched_ahead
from ..store.package_cache import cached
from .quiet_fetch import QuietFetch

if TYPE_CHECKING:
    from .supervisor import Supervisor

#: Without a renewal for so long, nobody looks at the plan any more (its tab may have died).
LEASE_SECONDS = 12.0
#: How often notes are told that somebody still looks, for clean-ups of other processes.
_TELL_SECONDS = 60.0
_log = logging.getLogger("jupyterlab_terrarium.builds")


@dataclass
class _Lease:
    """A plan on a screen, until this moment of the monotonic clock."""

    lock: Lock | None
    until: float
    fetched: bool = False
    tell: float = 0.0


class FetchAhead:
    """Leases may come from any thread; everything else happens in the supervisor's."""

    def __init__(self, supervisor: Supervisor, quiet: QuietFetch) -> None:
        self._supervisor = supervisor
        self._quiet = quiet
        self._mutex = threading.Lock()
        self._leases: dict[str, _Lease] = {}
        self._fetching = ""

    # Who looks at what.

    def show(self, plan_id: str, read: Callable[[], Lock | None]) -> None:
        """Somebody looks at this plan, now. Its lock is *read* the first time only."""
        if self._supervisor.policy.fetch_ahead_bytes == 0:
            return
        lease = self._renew(plan_id)
        if lease is None:
            lease = _Lease(read(), time.monotonic() + LEASE_SECONDS)
            with self._mutex:
                self._leases[plan_id] = lease
            self._supervisor.poke()
        if time.monotonic() >= lease.tell:
            lease.tell = time.monotonic() + _TELL_SECONDS
            fetched_ahead.wanted(self._supervisor.layout, self._files(lease))

    def hide(self, plan_id: str) -> None:
        """Nobody looks at this plan any more."""
        with self._mutex:
            known = self._leases.pop(plan_id, None)
        if known is not None:
            self._supervisor.poke()

    def _renew(self, plan_id: str) -> _Lease | None:
        with self._mutex:
            lease = self._leases.get(plan_id)
            if lease is not None:
                lease.until = time.monotonic() + LEASE_SECONDS
            return lease

    # The supervisor's thread.

    def step(self, *, may_work: bool) -> None:
        """Begin, go on or end, by what is looked at now; nothing works unless it *may_work*."""
        moment = time.monotonic()
        with self._mutex:
            for plan_id in [key for key, one in self._leases.items() if one.until < moment]:
                del self._leases[plan_id]
            leases = dict(self._leases)
            fetching = self._fetching
        if fetching and (not may_work or fetching not in leases or self._quiet.disk_is_low()):
            self._quiet.end()
        elif may_work and not self._quiet.busy:
            waiting = (key for key, one in leases.items() if not one.fetched)
            for plan_id in waiting:
                if self._begin(plan_id, leases[plan_id]):
                    break

    @property
    def idle(self) -> bool:
        """Whether nothing is looked at, and nothing works."""
        with self._mutex:
            return not self._leases and not self._fetching

    def drop_unused(self) -> int:
        """Drop what no build has used for too long; how many package files that were."""
        supervisor, layout = self._supervisor, self._supervisor.layout
        hours = supervisor.policy.retention.ahead_hours
        with self._mutex:
            looked_at = {sha256 for one in self._leases.values() for sha256 in self._files(one)}
        old = [note for note in fetched_ahead.unused(layout, hours) if note.sha256 not in looked_at]
        if not old:
            return 0
        # Inside of a transaction that writes: nobody claims a build meanwhile.
        with supervisor.database.write() as session:
            if builds.counts(session)[0]:
                return 0
            return sum(fetched_ahead.drop(layout, note) for note in old)

    # One plan.

    def _begin(self, plan_id: str, lease: _Lease) -> bool:
        """Start a worker for what this plan misses; ``False`` when there is nothing to do."""
        layout = self._supervisor.layout
        wanted = self._missing(lease)
        if lease.lock is None or not wanted or self._quiet.disk_is_low():
            lease.fetched = True
            return False
        for package in wanted:
            fetched_ahead.add(layout, package.sha256, package.size)

        def done(result: ResultEvent | None, ended: bool) -> None:
            if result is not None and result.problem is not None:
                _log.info("a plan's files were not fetched: %s", result.problem.detail)
            # Failed, too: a build of the plan will try again and say why, in words.
            lease.fetched = not ended
            with self._mutex:
                self._fetching = ""

        with self._mutex:
            self._fetching = plan_id
        only = [package.sha256 for package in wanted]
        try:
            self._quiet.begin(f"ahead-{plan_id}", lease.lock, only, done)
        except OSError:
            with self._mutex:
                self._fetching = ""
            raise
        return True

    def _missing(self, lease: _Lease) -> list[CondaPackage | PipPackage]:
        """The package files that are not here, as many as may be fetched ahead."""
        supervisor, layout = self._supervisor, self._supervisor.layout
        part = None if lease.lock is None else lease.lock.for_platform(supervisor.platform)
        if part is None:
            return []
        here = cached(layout) | {entry.name for entry in layout.wheels.iterdir()}
        noted = {note.sha256: note.size for note in fetched_ahead.notes(layout)}
        room = supervisor.policy.fetch_ahead_bytes - sum(noted.values())
        wanted: list[CondaPackage | PipPackage] = []
        for package in part.files:
            if package.sha256 in here:
                continue
            # One that was interrupted is counted already.
            cost = 0 if package.sha256 in noted else package.size
            if cost <= room:
                room -= cost
                wanted.append(package)
        return wanted

    def _files(self, lease: _Lease) -> Iterable[str]:
        part = None if lease.lock is None else lease.lock.for_platform(self._supervisor.platform)
        return [] if part is None else [file.sha256 for file in part.files]
