"""The mirror: what of a team store is wanted on this machine is recorded here and made to run.

The rows have the identities of the store; everything after that is ordinary: an adopted prefix or
a build of the same lock, publication, kernelspecs, launcher. So it all works while the store is
away.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.orm import Session

from ..access.principals import Principal, operating_system_user
from ..builds import pinned, publication
from ..builds.job import StoreFiles
from ..models.build import Priority
from ..models.digest import platform_digest
from ..models.environment import Environment, Version
from ..models.local import LocalEnvironment
from ..models.lock import Lock
from ..models.namespace import Namespace
from ..models.problem import NotFound, StoreUnusable
from ..models.record import RunningKernel
from ..models.share import ShareUse
from ..models.status import Page
from ..services.context import ServiceContext
from ..services.local import local_view
from ..services.records import noted
from ..store import adoption, builds, environments, events, locks, mirrors, shares
from ..store.prefixes import is_complete
from ..store.tables import EnvironmentRow, NamespaceRow, VersionRow, now
from . import pins, rows
from .borrowing import Borrowing
from .client import StoreClient
from .credentials import background_token

_log = logging.getLogger("jupyterlab_terrarium.connected")
_PATH = "environments/{}/{}"
#: How many versions of an environment are brought for kernels that are pinned to them.
MAX_PINNED = 20


class Mirror:
    """Keeps environments of a team store here. Thread-safe; its calls ask the store and wait."""

    def __init__(self, context: ServiceContext, client: StoreClient) -> None:
        self._context = context
        self._client = client
        self._user = operating_system_user().user
        self._one = threading.Lock()
        self._wanted: dict[str, int] = {}
        self._borrowing = Borrowing(context, self._user)
        context.supervisor.store_files = self.store_files

    def show(self, principal: Principal, namespace: str, name: str) -> LocalEnvironment:
        """Whether an environment's current version is here."""
        with self._context.database.read() as session:
            for environment, owner, _ in mirrors.visible(session):
                if (owner.name, environment.name) == (namespace, name):
                    return self._view(session, environment, owner)
        there = self._client.get(Environment, _PATH, namespace, name)
        return LocalEnvironment(id=there.id, namespace=namespace, name=name, state="absent")

    def get(self, principal: Principal, namespace: str, name: str) -> LocalEnvironment:
        """Begin to get an environment's current version here, before all others."""
        self.bring(namespace, name, Priority.INTERACTIVE)
        return self.show(principal, namespace, name)

    def borrow(self, used: ShareUse, link: str = "") -> ShareUse:
        """Have what was lent here, with its kernels; *link* is the token that it is lent by."""
        return self._borrowing.take(used, link)

    def running(self, principal: Principal, kernel: str) -> RunningKernel:
        """What a kernel of this server runs: whoever may use the server may know."""
        with self._context.database.read() as session:
            address = self._client.address
            store = "" if address.unix is not None else address.url
            return noted(session, self._context, kernel).shown(store)

    def here(self) -> dict[str, tuple[str, str, bool, int | None]]:
        """What is recorded here, by id: namespace, name, whether it is recommended, and the
        number of the current version.
        """
        with self._context.database.read() as session:
            return {
                environment.id: (
                    namespace.name,
                    environment.name,
                    environment.recommended,
                    self._usable(session, version),
                )
                for environment, namespace, version in mirrors.visible(session)
            }

    def bring(self, namespace: str, name: str, priority: Priority = Priority.REBUILD) -> None:
        """Record the environment as the store has it now, and get its current version.

        Raises :class:`NotFound` when the store does not show it, :class:`StoreAway`.
        """
        there = self._client.get(Environment, _PATH, namespace, name)
        owner = self._namespace(there.namespace)
        if there.current is None:
            return
        self._bring_version(owner, there, there.current, priority)
        for number in list(pins.of_versions(there))[:MAX_PINNED]:
            if number != there.current:
                self._bring_version(owner, there, number, Priority.REBUILD)
        self._pin(there)

    def _pin(self, there: Environment) -> None:
        """Have its pinned kernels here as they are there."""
        context = self._context
        with self._one, context.database.write() as session:
            environment = session.get(EnvironmentRow, there.id)
            if environment is None or pins.recorded(session, there.id) == pins.wanted(there):
                return
            versions = {
                one.version.number: one.version
                for number in pins.of_versions(there)
                for one in environments.versions(session, there.id, context.platform, number=number)
            }
            pins.put(
                session,
                context.layout,
                environment,
                context.platform,
                versions,
                there.pinned_kernels,
                self._user,
            )
            events.emit(session, "kernels-changed", environment)

    def catch_up(self, namespace: str, name: str) -> None:
        """What is here already may have other pinned kernels there, which no list tells."""
        there = self._client.get(Environment, _PATH, namespace, name)
        with self._context.database.read() as session:
            same = pins.recorded(session, there.id) == pins.wanted(there)
        if not same:
            self.bring(there.namespace, there.name)

    def _bring_version(
        self, owner: Namespace, there: Environment, number: int, priority: Priority
    ) -> None:
        path = _PATH + "/versions/{}"
        names = (there.namespace, there.name, str(number))
        version = self._client.get(Version, path, *names)
        lock = self._client.get(Lock, path + "/lock", *names)
        platform = self._context.platform
        expected = {part.platform: part.digest for part in version.platforms}.get(platform)
        if expected is None:
            _log.info("%s/%s is not locked for %s", there.namespace, there.name, platform)
            return
        if platform_digest(lock, platform) != expected:
            raise StoreUnusable(
                f"the lock of {there.namespace}/{there.name} is not the one that its digest names",
                "Tell the administrator of the team store.",
            )
        with self._one:
            if version.prefix is not None:
                adoption.drop_broken(self._context.layout, expected)
                adoption.adopt(self._context.layout, expected, Path(version.prefix))
            with self._context.database.write() as session:
                self._record(session, owner, there, version, lock, priority)
        self._context.supervisor.poke()

    def _namespace(self, name: str) -> Namespace:
        page = self._client.get(Page[Namespace], "namespaces")
        for found in page.items:
            if found.name == name:
                return found
        raise NotFound(f"there is no namespace '{name}'")

    def _record(
        self,
        session: Session,
        owner: Namespace,
        there: Environment,
        version: Version,
        lock: Lock,
        priority: Priority,
    ) -> None:
        context = self._context
        environment, row = rows.put(
            session, context, self._user, owner, there, version, lock, self._withdraw
        )
        if version.number == there.current:
            self._wanted[environment.id] = version.number
            here = self._settle(session, environment, row)
        else:
            here = self._usable(session, row) is not None
        if here or not self._may_build(session, row, priority):
            return
        gone = locks.platform(session, row.lock_digest, context.platform)
        if gone is not None:
            locks.forget_prefix(session, gone.digest)
        build = builds.add(session, row, self._user, priority)
        published = publication.publish_if_complete(
            session, context.layout, build, lock, context.platform
        )
        if published and version.number == there.current:
            self._settle(session, environment, row)

    def _may_build(self, session: Session, version: VersionRow, priority: Priority) -> bool:
        """Not while it is being built; what failed is tried again only when somebody asks."""
        last = version.last_build_id
        found = None if last is None else builds.get(session, last)
        if found is None:
            return True
        asked = priority is Priority.INTERACTIVE
        return found.build.finished is not None and (asked or found.build.state != "failed")

    def _usable(self, session: Session, version: VersionRow | None) -> int | None:
        """The number of *version* when its files are here."""
        if version is None:
            return None
        row = locks.platform(session, version.lock_digest, self._context.platform)
        if row is None or locks.prefix(session, row.digest) is None:
            return None
        if is_complete(self._context.layout, row.digest) is None:
            return None
        return version.number

    def store_files(self, session: Session, version: VersionRow) -> StoreFiles:
        """Where the store hands out the package files of a version that is built here."""
        environment = environments.get(session, version.environment_id)
        names = environments.namespace(session, environment).name, environment.name
        address = self._client.address
        path = (_PATH + "/versions/{}/files/").format(
            *(quote(name, safe="") for name in names), version.number
        )
        token = background_token(address)
        return StoreFiles(url=address.base + path, unix=address.unix, token=token)

    def settle(self) -> None:
        """Make current what the store has as current, where its files are here meanwhile."""
        with self._context.database.read() as session:
            late = [
                environment.id
                for environment, _, version in mirrors.visible(session)
                if environment.id in self._wanted
                and (version is None or version.number != self._wanted[environment.id])
            ]
        for identity in late:
            with self._one, self._context.database.write() as session:
                environment = environments.get(session, identity)
                found = environments.versions(
                    session, identity, self._context.platform, number=self._wanted[identity]
                )
                if environment.deleted is None and found:
                    self._settle(session, environment, found[0].version)

    def _settle(self, session: Session, environment: EnvironmentRow, version: VersionRow) -> bool:
        """Whether *version* is current here now, with all its files."""
        if self._usable(session, version) is None:
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

    def forget(self, identity: str) -> None:
        """The environment is gone at the store, or is not for us to see any more.

        What a living link leads to is here without being seen.
        """
        with self._one, self._context.database.write() as session:
            if identity in shares.lent_environments(session):
                return
            self._withdraw(session, environments.get(session, identity))

    def _withdraw(self, session: Session, environment: EnvironmentRow) -> None:
        self._wanted.pop(environment.id, None)
        running = publication.withdraw(session, self._context.layout, environment)
        pinned.hide(session, self._context.layout, environment)
        environment.deleted = now()
        session.flush()
        for build in running:
            self._context.supervisor.cancel(build)

    def _view(
        self, session: Session, environment: EnvironmentRow, namespace: NamespaceRow
    ) -> LocalEnvironment:
        record = environments.find(session, namespace.id, environment.name, self._context.platform)
        if record is None:
            return LocalEnvironment(
                id=environment.id,
                namespace=namespace.name,
                name=environment.name,
                state="absent",
            )
        return local_view(session, self._context, record)
