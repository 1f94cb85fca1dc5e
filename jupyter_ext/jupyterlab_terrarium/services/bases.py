"""What an edit of an environment starts from: the version that works, and how much of it stays."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from typing import TypeVar

from sqlalchemy.orm import Session

from ..models.lock import Lock
from ..models.plan import Mode
from ..models.problem import Conflict
from ..store import environments, locks
from ..store.environments import EnvironmentRecord
from ..store.tables import EnvironmentRow, VersionRow
from .acceptance import Accepted


def base_of(session: Session, environment: EnvironmentRow) -> VersionRow:
    """The version that a plan is compared with, and whose packages are kept.

    The current one; while there is none, the newest that was solved, else the latest.
    """
    if environment.current_version_id is not None:
        return environments.version(session, environment.current_version_id)
    solved = environments.newest_solved(session, environment.id)
    return solved or environments.version(session, environment.latest_version_id or "")


_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
#: Who plans a change of what: user, namespace (as asked for), environment.
Planned = tuple[str, str | None, str | None]


class BaseLocks:
    """Locks of versions that plans are based on: while people type it is the same one each time.

    Thread-safe. A lock never changes, so nothing is ever read again.
    """

    def __init__(self, capacity: int = 16) -> None:
        self._capacity = capacity
        self._mutex = threading.Lock()
        self._known: OrderedDict[tuple[str, str | None], Lock] = OrderedDict()
        self._kept: OrderedDict[Planned, Lock | None] = OrderedDict()

    def kept_before(self, planned: Planned) -> Lock | None:
        """What the plan before this one kept: most probably this one's base, too."""
        with self._mutex:
            return self._kept.get(planned)

    def keeps(self, planned: Planned, lock: Lock | None) -> None:
        """A plan keeps *lock*."""
        with self._mutex:
            self._put(self._kept, planned, lock)

    def of(self, session: Session, version: VersionRow) -> Lock | None:
        """The lock of *version* when there is one that can be used; see ``locks.readable``."""
        if version.lock_digest is None:
            return None
        key = version.lock_digest, version.lock_origin_id
        with self._mutex:
            found = self._known.get(key)
        if found is None:
            found = locks.readable(session, version.id)
        if found is not None:
            with self._mutex:
                self._put(self._known, key, found)
        return found

    def _put(self, memory: OrderedDict[_Key, _Value], key: _Key, value: _Value) -> None:
        memory[key] = value
        memory.move_to_end(key)
        while len(memory) > self._capacity:
            memory.popitem(last=False)


def usual_mode(base: VersionRow | None) -> Mode:
    """*Keep what works* wherever there is something to keep."""
    return "refresh" if base is None or base.lock_digest is None else "keep"


def based(
    session: Session, environment: EnvironmentRecord, accepted: Accepted, mode: Mode | None
) -> Accepted:
    """*accepted* as the next version of *environment*: with its mode and its base.

    Raises :class:`Conflict` when the plan that was shown kept what is not the base any more, or
    was made in another mode than the one asked for.
    """
    base = base_of(session, environment.environment)
    plan = accepted.plan
    if plan is not None:
        again = "Look at the new plan and build again."
        if mode not in (None, plan.mode):
            raise Conflict(f"the plan that was shown was made to {plan.mode}, not to {mode}", again)
        if plan.mode == "keep" and plan.base_version != base.number:
            raise Conflict(
                f"the plan that was shown keeps version {plan.base_version}, "
                f"but version {base.number} is the current one now",
                again,
            )
        mode = plan.mode
    elif mode is None:
        mode = usual_mode(base if accepted.lock is None else None)
    return replace(accepted, mode=mode, base_version_id=base.id)
