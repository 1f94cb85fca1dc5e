"""Versions that a link or a notebook's record gives: got onto this machine, with their kernels.

Nobody here need have a role in their namespace. What a link gives stays as long as the link lives,
as far as was told when it was used.
"""

from __future__ import annotations

import threading
from pathlib import Path

from sqlalchemy.orm import Session

from ..builds import publication
from ..models.build import ENDED, BuildState, Priority
from ..models.digest import lock_digest, platform_digest
from ..models.lent import Lent
from ..models.problem import Conflict, Problem, StoreUnusable
from ..models.share import ShareUse
from ..services.context import ServiceContext
from ..services.lent_kernels import kernels_of
from ..store import adoption, builds, environments, locks, mirrors, shares
from ..store.prefixes import is_complete
from ..store.tables import EnvironmentRow, VersionRow


class Borrowing:
    """Thread-safe. Asks the store for nothing: everything came with the answer."""

    def __init__(self, context: ServiceContext, user: str) -> None:
        self._context = context
        self._user = user
        self._one = threading.Lock()
        self._told: set[str] = set()

    def take(self, used: ShareUse, link: str) -> ShareUse:
        """*used* with kernels of this machine; not ready while its files are being built here.

        Raises :class:`Conflict` when it is not for this machine, :class:`StoreUnusable` when lock
        and digest differ, and once what its build here failed of.
        """
        lent = used.lent
        if lent is None:
            return used
        layout, platform = self._context.layout, self._context.platform
        if lock_digest(lent.lock) != used.lock_digest:
            raise StoreUnusable(
                f"the lock of {used.namespace}/{used.name} is not the one that its digest names",
                "Tell the administrator of the team store.",
            )
        if lent.lock.for_platform(platform) is None:
            raise Conflict(
                f"'{used.name}' is not for this machine ({platform})",
                "Download its environment.yml and add the platform to it.",
            )
        digest = platform_digest(lent.lock, platform)
        with self._one:
            adoption.drop_broken(layout, digest)
            adoption.adopt(layout, digest, Path(lent.prefix))
            with self._context.database.write() as session:
                found = self._record(session, used, lent, link, digest)
        if not found.ready:
            self._context.supervisor.poke()
        return found

    def _record(
        self, session: Session, used: ShareUse, lent: Lent, link: str, digest: str
    ) -> ShareUse:
        environment = self._environment(session, used, lent)
        version = mirrors.put_version(
            session,
            environment,
            used.version,
            text=lent.specification_text,
            specification=lent.specification.model_dump(mode="json"),
            run_link_scripts=lent.run_link_scripts,
            maker=lent.created_by,
            latest=False,
        )
        if version.lock_digest is None:
            locks.attach(session, version, lent.lock)
        if environment.current_version_id is None:
            # Else the first build here would give the environment kernels that follow it.
            environment.current_version_id = version.id
        if link:
            shares.put_lent(session, version, link, lent.expires, self._user)
        if is_complete(self._context.layout, digest) is None:
            locks.forget_prefix(session, digest)
            session.flush()
        ready = locks.prefix(session, digest) is not None or self._build(session, version, lent)
        session.flush()
        record = environments.find(
            session, environment.namespace_id, environment.name, self._context.platform
        )
        rows = environments.versions(
            session, environment.id, self._context.platform, number=used.version
        )
        assert record is not None
        kernels = kernels_of(session, self._context, record, rows[0], follow=False) if ready else []
        return used.model_copy(update={"ready": ready, "kernels": kernels, "lent": None})

    def _environment(self, session: Session, used: ShareUse, lent: Lent) -> EnvironmentRow:
        """As it is here already, or recorded now under the names that it has at the store."""
        known = session.get(EnvironmentRow, used.environment_id)
        if known is not None and known.deleted is None:
            return known
        namespace = mirrors.put_namespace(
            session,
            lent.namespace_id,
            used.namespace,
            title=lent.namespace_title,
            kind=lent.namespace_kind,
            reader=self._user,
        )
        rival = mirrors.rival(session, namespace, used.environment_id, used.name)
        if rival is not None:
            raise Conflict(
                f"another environment is called '{used.namespace}/{used.name}' here still",
                "Try again in a moment.",
            )
        environment = mirrors.put_environment(
            session, namespace, used.environment_id, used.name, maker=lent.created_by
        )
        environment.title, environment.description = lent.title, lent.description
        return environment

    def _build(self, session: Session, version: VersionRow, lent: Lent) -> bool:
        """Have its files made; whether they are there already."""
        last = None if version.last_build_id is None else builds.get(session, version.last_build_id)
        if last is not None and BuildState(last.build.state) not in ENDED:
            return False
        if last is not None and last.build.problem is not None and last.build.id not in self._told:
            self._told.add(last.build.id)
            raise Problem.model_validate(last.build.problem).error()
        build = builds.add(session, version, self._user, Priority.INTERACTIVE)
        context = self._context
        return publication.publish_if_complete(
            session, context.layout, build, lent.lock, context.platform
        )
