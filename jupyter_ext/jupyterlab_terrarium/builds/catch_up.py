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
from ..store import builds, locks, package_files, retention, unkept
from ..store.tables import VersionRow
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
        self._staying: dict[str, retention.Candidate] | None = None
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
        if not self._waiting:
            self._staying = None
        return None

    def _missing(self, session: Session, digest: str) -> _Missing | None:
        """What of the prefix *digest* is not kept, should be, and can be had now."""
        supervisor, layout = self._supervisor, self._supervisor.layout
        needed = locks.files_of_part(session, digest)
        absent = [sha256 for sha256 in needed if not layout.blob(sha256).is_file()]
        if not absent and not package_files.unrecorded(session, needed):
            self._whole.add(digest)
            return None
        # Cheap questions first: a store may have a hundred thousand versions.
        if absent and all(self._noted(sha256) for sha256 in absent):
            return None
        staying = self._kept_by_a_rule(session).get(digest)
        version = None if staying is None else session.get(VersionRow, staying.version_id)
        # What comes from a team store is kept there.
        if version is None or supervisor.store_files(session, version) is not None:
            return None
        lock = locks.of_version(session, version)
        part = None if lock is None else lock.for_platform(supervisor.platform)
        if staying is None or lock is None or part is None:
            return None
        if not ChannelAccess(layout, supervisor.policy).is_free(staying.namespace, lock):
            return None
        wanted = self._absent(part.files)
        files = [file for file in wanted if not self._rests(file)]
        return None if wanted and not files else _Missing(lock, files, staying.shown)

    def _kept_by_a_rule(self, session: Session) -> dict[str, retention.Candidate]:
        """By platform digest the newest version that stays: its address is most probably right.

        Looked up once for all that is waiting, and only if anything is missing.
        """
        if self._staying is None:
            supervisor = self._supervisor
            rules = supervisor.policy.retention
            found = retention.candidates(session, supervisor.layout, rules)
            self._staying = {one.digest: one for one in found if one.reason}
        return self._staying

    def _absent(self, files: list[CondaPackage | PipPackage]) -> list[CondaPackage | PipPackage]:
        layout = self._supervisor.layout
        return [file for file in files if not layout.blob(file.sha256).is_file()]

    def _noted(self, sha256: str) -> bool:
        """Whether it was asked for in vain lately."""
        note = unkept.get(self._supervisor.layout, sha256)
        return note is not None and note.rests

    def _rests(self, file: CondaPackage | PipPackage) -> bool:
        return self._noted(file.sha256) or self._host(file).until > time.monotonic()

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
