"""Keeping what was not kept when it was built: the package files of versions that stay.

A version that was linked from the cache has left nothing to keep, because the cache has only what
was in the file. While nothing is built and nobody looks at a plan, what is missing is fetched once
more, one file after the other. What is missing is looked up: nothing of this need be remembered.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from ..models.build import ResultEvent
from ..models.build_problem import CredentialsMissing, HashMismatch, PackageMissing
from ..models.lock import CondaPackage, Lock, PipPackage
from ..store import builds, environments, locks, package_files, retention, unkept
from .channel_access import ChannelAccess
from .quiet_fetch import QuietFetch

if TYPE_CHECKING:
    from .supervisor import Supervisor

#: How often it is looked up what is missing.
LOOK_SECONDS = 3600.0
_STEP_SECONDS = 0.05
#: A host that does not answer is asked again after this, and after twice as long each time.
_REST_SECONDS = 900.0
_MOST_SECONDS = 86_400.0
_GONE = {PackageMissing.code, HashMismatch.code, CredentialsMissing.code}


@dataclass(frozen=True)
class _Missing:
    """The *files* of *lock* that are to be had now; *shown* is a version that consists of them."""

    lock: Lock
    files: list[CondaPackage | PipPackage]
    shown: str


@dataclass
class _Rest:
    """A host that did not answer so often, until this moment of the monotonic clock."""

    attempts: int = 0
    until: float = 0.0


class CatchUp:
    """Of one supervisor, in its thread."""

    def __init__(self, supervisor: Supervisor, quiet: QuietFetch) -> None:
        self._supervisor = supervisor
        self._quiet = quiet
        self._working = False
        self._look_at = 0.0
        # Platform digests of complete prefixes, and those of which everything is kept.
        self._waiting: list[str] = []
        self._whole: set[str] = set()
        self._hosts: dict[str, _Rest] = {}

    @property
    def working(self) -> bool:
        """Whether a worker fetches for it."""
        return self._working

    def step(self) -> None:
        """Begin with what is missing, if anything is. Called while this supervisor has no work."""
        supervisor = self._supervisor
        if not supervisor.policy.retention.package_files or self._quiet.busy:
            return
        if not supervisor.ahead.idle or self._quiet.disk_is_low():
            return
        with supervisor.database.read() as session:
            if any(builds.counts(session)):
                return
            missing = self._next(session)
        if missing is not None:
            self._begin(missing)

    def end(self) -> None:
        """Something is to be built: end the worker; it goes on another time."""
        if self._working:
            self._quiet.end()

    def _next(self, session: Session) -> _Missing | None:
        moment = time.monotonic()
        if not self._waiting and moment >= self._look_at:
            self._look_at = moment + LOOK_SECONDS
            self._waiting = sorted(set(locks.prefixes(session)) - self._whole)
        while self._waiting and time.monotonic() < moment + _STEP_SECONDS:
            missing = self._missing(session, self._waiting[-1])
            if missing is not None:
                return missing
            self._waiting.pop()
        return None

    def _missing(self, session: Session, digest: str) -> _Missing | None:
        """What of the prefix *digest* is not kept, should be, and can be had now."""
        supervisor = self._supervisor
        lock = locks.with_part(session, digest)
        part = None if lock is None else lock.for_platform(supervisor.platform)
        if part is None:
            return None
        if self._absent(part.files) == [] and not package_files.unrecorded(
            session, [file.sha256 for file in part.files]
        ):
            self._whole.add(digest)
            return None
        rules = supervisor.policy.retention
        staying = [
            one
            for one in retention.candidates(session, supervisor.layout, rules, digest)
            if one.reason
        ]
        if not staying:
            return None
        # The newest has the address that most probably is still right.
        version = environments.version(session, staying[-1].version_id)
        if supervisor.store_files(session, version) is not None:
            # What comes from a team store is kept there.
            return None
        lock = locks.of_version(session, version)
        part = None if lock is None else lock.for_platform(supervisor.platform)
        if lock is None or part is None:
            return None
        if not ChannelAccess(supervisor.layout, supervisor.policy).is_free(
            staying[-1].namespace, lock
        ):
            return None
        absent = self._absent(part.files)
        files = [file for file in absent if not self._rests(file)]
        if absent and not files:
            return None
        return _Missing(lock, files, staying[-1].shown)

    def _absent(self, files: list[CondaPackage | PipPackage]) -> list[CondaPackage | PipPackage]:
        layout = self._supervisor.layout
        return [file for file in files if not layout.blob(file.sha256).is_file()]

    def _rests(self, file: CondaPackage | PipPackage) -> bool:
        note = unkept.get(self._supervisor.layout, file.sha256)
        if note is not None and note.rests:
            return True
        return self._host(file).until > time.monotonic()

    def _host(self, file: CondaPackage | PipPackage) -> _Rest:
        return self._hosts.setdefault(urlsplit(file.url).netloc, _Rest())

    def _begin(self, missing: _Missing) -> None:
        def done(result: ResultEvent | None, ended: bool) -> None:
            try:
                self._done(missing, result, ended)
            finally:
                self._working = False

        if not missing.files:
            # A server was killed between keeping a file and recording it.
            self._done(missing, None, ended=True)
            return
        only = [file.sha256 for file in missing.files]
        self._working = True
        try:
            self._quiet.begin("catch-up", missing.lock, only, done, keep_only=True)
        except OSError:
            self._working = False
            raise

    def _done(self, missing: _Missing, result: ResultEvent | None, ended: bool) -> None:
        """Record what is kept now, and who was to blame if that is not everything."""
        supervisor = self._supervisor
        layout = supervisor.layout
        absent = self._absent(missing.files)
        for file in missing.files:
            if file not in absent:
                unkept.forget(layout, file.sha256)
                self._hosts.pop(urlsplit(file.url).netloc, None)
        with supervisor.database.write() as session:
            package_files.record(session, layout, missing.lock)
        if ended or not absent:
            return
        # They come in this order, up to the first that is not to be had.
        first, problem = absent[0], None if result is None else result.problem
        if problem is not None and problem.code in _GONE:
            unkept.add(layout, first.sha256, first.file_name, missing.shown, problem.detail)
            return
        rest = self._host(first)
        seconds = min(_REST_SECONDS * 2**rest.attempts, _MOST_SECONDS)
        rest.attempts, rest.until = rest.attempts + 1, time.monotonic() + seconds
