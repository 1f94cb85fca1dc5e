"""Use cases of versions: what was asked for, with its number."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from ..access.permissions import Action, require
from ..access.principals import Principal
from ..builds import publication
from ..models.build import Priority
from ..models.environment import (
    Version,
    VersionCreate,
    VersionPackages,
    VersionSummary,
    VersionUpdate,
)
from ..models.lock import Lock
from ..models.problem import Conflict, InvalidRequest, NotFound
from ..models.status import Page
from ..store import builds, environments, events, locks, pointers
from ..store.environments import EnvironmentRecord, VersionRecord
from ..store.prefixes import is_complete
from ..store.tables import BuildRow, EnvironmentRow
from .acceptance import Accepted, accept, edit_conflict, permit_link_scripts, with_plan
from .auditing import aside, audited
from .bases import based
from .channel_access import require_accepted
from .context import ServiceContext
from .cursors import decode, encode
from .queue import require_room
from .views import version_summary_view, version_view


def interpreter_path(link: Path, current: Version | None) -> str | None:
    """The stable path of the current version's interpreter, for editors."""
    if current is None or current.prefix is None:
        return None
    for relative in ("bin/python", "python.exe", "bin/R", "bin/julia"):
        # The link may be made a moment later; the files are there from the start.
        if (Path(current.prefix) / relative).exists():
            return str(link / relative)
    return None


class VersionService:
    """Versions of environments that the principal can see."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def environment(
        self,
        session: Session,
        principal: Principal,
        namespace: str,
        name: str,
        action: Action = "read",
    ) -> EnvironmentRecord:
        """The environment when the principal may do *action* to it; else raises."""
        grant = require(session, principal, namespace, action, name)
        record = environments.find(session, grant.namespace.id, name, self._context.platform)
        if record is None:
            raise NotFound(f"there is no environment '{namespace}/{name}'")
        return record

    def record(
        self, session: Session, environment: EnvironmentRecord, number: int | str
    ) -> VersionRecord:
        """Version *number*, ``current``, ``latest`` or a pointer's; else raises."""
        found = self._number(session, environment, number)
        rows = environments.versions(
            session, environment.environment.id, self._context.platform, number=found
        )
        if not rows:
            raise NotFound(f"{environment.environment.name} has no version {number}")
        return rows[0]

    def _number(self, session: Session, environment: EnvironmentRecord, number: int | str) -> int:
        if number == "latest":
            return environment.latest.number
        if number == "current":
            if environment.current is None:
                raise NotFound(
                    f"'{environment.environment.name}' has no current version yet",
                    "Wait until its first build is ready, or name a version: 1, or latest.",
                )
            return environment.current.number
        text = str(number)
        if text.isascii() and text.isdigit() and len(text) < 10:
            return int(text)
        pointer = pointers.find(session, environment.environment.id, text)
        if pointer is None:
            raise NotFound(
                f"'{text[:40]}' is not a version of {environment.environment.name}",
                "Use a number, current, latest or the name of a pointer.",
            )
        return pointer.version.number

    def view(self, session: Session, environment: EnvironmentRecord, number: int | str) -> Version:
        """A version in full."""
        record = self.record(session, environment, number)
        digest = record.version.lock_digest
        platforms = [] if digest is None else locks.platforms(session, digest)
        lock = locks.of_version(session, record.version)
        prefix = None
        if record.prefix is not None:
            prefix = str(self._context.layout.prefix(record.prefix.digest))
        return version_view(
            record,
            environment,
            platforms,
            pointers.names(session, environment.environment.id),
            prefix=prefix,
            link_scripts=[] if lock is None else lock.scripted(self._context.platform),
        )

    def page(
        self,
        principal: Principal,
        namespace: str,
        name: str,
        *,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page[VersionSummary]:
        """A page of versions, newest first."""
        before = None
        if cursor is not None:
            text = decode(cursor, 1)[0]
            if not (text.isascii() and text.isdigit() and len(text) < 10):
                raise InvalidRequest("the cursor is not one that this list has given out")
            before = int(text)
        with self._context.database.read() as session:
            environment = self.environment(session, principal, namespace, name)
            rows = environments.versions(
                session,
                environment.environment.id,
                self._context.platform,
                before=before,
                limit=limit + 1,
            )
            total = environments.count_versions(session, environment.environment.id)
            named = pointers.names(session, environment.environment.id)
        items = [version_summary_view(row, environment, named) for row in rows[:limit]]
        more = len(rows) > limit
        return Page[VersionSummary](
            items=items,
            total=total,
            next_cursor=encode([str(items[-1].number)]) if more else None,
        )

    def show(self, principal: Principal, namespace: str, name: str, number: str) -> Version:
        """A version in full."""
        with self._context.database.read() as session:
            environment = self.environment(session, principal, namespace, name)
            return self.view(session, environment, number)

    @audited("version.create")
    def create(
        self, principal: Principal, namespace: str, name: str, request: VersionCreate
    ) -> Version:
        """Accept the next version and queue its build.

        Raises :class:`EditConflict`, with the newer text, when the environment has moved on
        since its maker looked.
        """
        accepted = accept(
            self._context,
            specification=request.specification,
            lockfile=request.lockfile,
            plan=request.plan,
        )
        with self._context.database.write() as session:
            environment = self.environment(session, principal, namespace, name, "build")
            latest = environment.latest
            if request.base_version is not None and request.base_version != latest.number:
                raise edit_conflict(f"{namespace}/{name}", request.base_version, latest)
            accepted = with_plan(session, principal, accepted, request.plan, latest.id)
            accepted = based(session, environment, accepted, request.mode)
            asked = request.run_link_scripts
            build = self.add(
                session,
                principal,
                environment.environment,
                accepted,
                latest.run_link_scripts if asked is None else asked,
            )
            environments.version(session, build.version_id).note = request.note.strip()
            number = latest.number + 1
            events.emit(
                session,
                "version-created",
                environment.environment,
                version=number,
                build_id=build.id,
            )
        self.begin(build.id)
        return self.show(principal, namespace, name, str(number))

    @audited("version.update")
    def update(
        self,
        principal: Principal,
        namespace: str,
        name: str,
        number: str,
        request: VersionUpdate,
    ) -> Version:
        """Write or replace the note of a version."""
        with self._context.database.write() as session:
            environment = self.environment(session, principal, namespace, name, "update")
            version = self.record(session, environment, number).version
            version.note = request.note.strip()
            events.emit(
                session, "environment-updated", environment.environment, version=version.number
            )
        return self.show(principal, namespace, name, str(version.number))

    def add(
        self,
        session: Session,
        principal: Principal,
        environment: EnvironmentRow,
        accepted: Accepted,
        asked: list[str],
    ) -> BuildRow:
        """Add a version with its build to the transaction; ready at once when its prefix is."""
        namespace = environments.namespace(session, environment)
        unproven = require_accepted(self._context, namespace.name, accepted)
        lock = accepted.lock
        if lock is not None:
            lock = permit_link_scripts(self._context, lock, asked)
        version = environments.add_version(
            session,
            environment,
            text=accepted.text,
            specification=accepted.specification.model_dump(mode="json"),
            run_link_scripts=asked if lock is None else lock.run_link_scripts,
            user=principal.user,
            mode=accepted.mode,
            base_version_id=accepted.base_version_id,
        )
        if lock is not None:
            locks.attach(session, version, lock)
        build = builds.add(session, version, principal.user)
        # Checks need a worker, even where the files are there already.
        if lock is not None and not (accepted.specification.checks or unproven):
            publication.publish_if_complete(
                session, self._context.layout, build, lock, self._context.platform
            )
        require_room(session, self._context.policy, principal)
        return build

    def forget_if_gone(self, principal: Principal, namespace: str, name: str, number: int) -> None:
        """A version whose files have been removed behind our back is not ready any more."""
        with aside(), self._context.database.write() as session:
            environment = self.environment(session, principal, namespace, name, "build")
            prefix = self.record(session, environment, number).prefix
            if prefix is not None and is_complete(self._context.layout, prefix.digest) is None:
                locks.forget_prefix(session, prefix.digest)

    def begin(self, build_id: str) -> None:
        """Tell the supervisor that there is something to do."""
        self._context.supervisor.poke()

    @audited("version.build")
    def rebuild(self, principal: Principal, namespace: str, name: str, number: str) -> str:
        """Queue another build of a version; returns the build's id.

        Raises :class:`Conflict` while one is under way.
        """
        with self._context.database.write() as session:
            environment = self.environment(session, principal, namespace, name, "build")
            record = self.record(session, environment, number)
            last = record.build
            if last is not None and last.finished is None:
                raise Conflict(f"version {record.version.number} is being built already")
            build = builds.add(session, record.version, principal.user, Priority.REBUILD)
            require_room(session, self._context.policy, principal)
        self.begin(build.id)
        return build.id

    def lock(self, principal: Principal, namespace: str, name: str, number: str) -> Lock:
        """The lock of a version. Raises :class:`NotFound` while it has none."""
        with self._context.database.read() as session:
            environment = self.environment(session, principal, namespace, name)
            record = self.record(session, environment, number)
            lock = locks.of_version(session, record.version)
        if lock is None:
            raise NotFound(f"version {record.version.number} of {name} has no lock yet")
        return lock

    def lockfile(self, principal: Principal, namespace: str, name: str, number: str) -> str:
        """The lock as a conda-lock v1 file."""
        lock = self.lock(principal, namespace, name, number)
        return self._context.solver.write_lockfile(lock)

    def packages(
        self, principal: Principal, namespace: str, name: str, number: str, platform: str | None
    ) -> VersionPackages:
        """The package files of a version for one platform (default: this host's)."""
        wanted = platform or self._context.platform
        part = self.lock(principal, namespace, name, number).for_platform(wanted)
        if part is None:
            raise NotFound(f"version {number} of {name} is not locked for {wanted[:40]}")
        return VersionPackages(platform=wanted, conda=part.conda, pip=part.pip)
