"""What a mirror writes into the database here: rows of the store, and what makes them run."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ..access.principals import operating_system_user
from ..builds import pinned, publication
from ..models.build import Priority
from ..services.context import ServiceContext
from ..store import builds, events, locks, mirrors
from ..store.prefixes import is_complete
from ..store.tables import EnvironmentRow, VersionRow, now
from . import pins
from .there import There


class MirrorRows:
    """Each method is part of a write transaction; one thread at a time.

    ``wanted`` has the number of the version that is to be current, by environment; in
    ``pinned_only`` are environments of which only pinned kernels are wanted.
    """

    def __init__(self, context: ServiceContext) -> None:
        self._context = context
        self._user = operating_system_user().user
        self.wanted: dict[str, int] = {}
        self.pinned_only: set[str] = set()

    def _put(self, session: Session, found: There) -> tuple[EnvironmentRow, VersionRow]:
        """The rows of the environment and of the version."""
        layout = self._context.layout
        namespace = mirrors.put_namespace(
            session,
            found.namespace_id,
            found.namespace,
            title=found.namespace_title,
            kind=found.kind,
            reader=self._user,
        )
        rival = mirrors.rival(session, namespace, found.environment_id, found.name)
        if rival is not None:
            self.withdraw(session, rival)
        environment = mirrors.put_environment(
            session, namespace, found.environment_id, found.name, maker=found.maker
        )
        if (environment.namespace_id, environment.name) != (namespace.id, found.name):
            publication.relocate(session, layout, environment, namespace, found.name)
        environment.title, environment.description = found.title, found.description
        row = mirrors.put_version(
            session,
            environment,
            found.number,
            text=found.text,
            specification=found.specification.model_dump(mode="json"),
            run_link_scripts=found.run_link_scripts,
            maker=found.maker,
        )
        if row.lock_digest is None:
            locks.attach(session, row, found.lock)
        return environment, row

    def pin(self, session: Session, found: There, priority: Priority, pinned_to: str) -> None:
        """List kernels of this very version, whatever is current; get its files."""
        environment, row = self._put(session, found)
        if pins.pin(session, self._context, environment, row, found.kernels, pinned_to):
            return
        if environment.current_version_id is None:
            self.pinned_only.add(environment.id)
        if self._may_build(session, row, priority):
            builds.add(session, row, self._user, priority)

    def record(self, session: Session, found: There, priority: Priority) -> None:
        """The version is to be current here as it is there; get its files."""
        layout, context = self._context.layout, self._context
        environment, row = self._put(session, found)
        environment.latest_version_id = row.id
        if environment.recommended != found.recommended:
            environment.recommended = found.recommended
            # Which kernel new notebooks get may be another now.
            events.emit(session, "environment-updated", environment)
        mirrors.put_kernels(
            session, environment, [(kernel.name, kernel.kernel) for kernel in found.kernels]
        )
        self.wanted[environment.id] = found.number
        self.pinned_only.discard(environment.id)
        pinned.show(session, layout, environment, context.platform)
        if self.settle(session, environment, row) or not self._may_build(session, row, priority):
            return
        gone = locks.platform(session, row.lock_digest, context.platform)
        if gone is not None:
            locks.forget_prefix(session, gone.digest)
        build = builds.add(session, row, self._user, priority)
        if publication.publish_if_complete(session, layout, build, found.lock, context.platform):
            self.settle(session, environment, row)

    def _may_build(self, session: Session, version: VersionRow, priority: Priority) -> bool:
        """Not while it is being built; what failed is tried again only when somebody asks."""
        last = version.last_build_id
        found = None if last is None else builds.get(session, last)
        if found is None:
            return True
        asked = priority is Priority.INTERACTIVE
        return found.build.finished is not None and (asked or found.build.state != "failed")

    def usable(self, session: Session, version: VersionRow | None) -> int | None:
        """The number of *version* when its files are here."""
        if version is None:
            return None
        row = locks.platform(session, version.lock_digest, self._context.platform)
        if row is None or locks.prefix(session, row.digest) is None:
            return None
        if is_complete(self._context.layout, row.digest) is None:
            return None
        return version.number

    def settle(self, session: Session, environment: EnvironmentRow, version: VersionRow) -> bool:
        """Whether *version* is current here now, with all its files."""
        if self.usable(session, version) is None:
            return False
        if environment.current_version_id != version.id:
            row = locks.platform(session, version.lock_digest, self._context.platform)
            prefix = None if row is None else locks.prefix(session, row.digest)
            assert row is not None and prefix is not None
            publication.make_current(
                session,
                self._context.layout,
                environment,
                version,
                row.digest,
                list(prefix.kernels),
            )
        return True

    def withdraw(self, session: Session, environment: EnvironmentRow) -> None:
        """The environment is not to be seen here any more."""
        self.wanted.pop(environment.id, None)
        running = publication.withdraw(session, self._context.layout, environment)
        pinned.hide(session, self._context.layout, environment)
        environment.deleted = now()
        session.flush()
        for build in running:
            self._context.supervisor.cancel(build)
