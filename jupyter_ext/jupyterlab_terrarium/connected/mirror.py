"""The mirror: what of a team store is wanted on this machine is recorded here and made to run.

The rows have the identities of the store; everything after that is ordinary: an adopted prefix or
a build of the same lock, publication, kernelspecs, launcher. So it all works while the store is
away.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from functools import partial

from sqlalchemy.orm import Session

from ..access.principals import Principal
from ..kernels import kernelspecs
from ..models.build import Priority
from ..models.digest import lock_digest, platform_digest
from ..models.environment import Environment
from ..models.local import LocalEnvironment
from ..models.problem import Conflict, NotFound, StoreUnusable
from ..models.record import RunningKernel
from ..models.share import ShareUse
from ..services.context import ServiceContext
from ..services.local import local_view
from ..services.records import noted
from ..store import adoption, environments, mirrors
from ..store.tables import EnvironmentRow, NamespaceRow
from . import pins, there
from .client import StoreClient
from .package_files import store_files
from .rows import MirrorRows
from .there import There

_log = logging.getLogger("jupyterlab_terrarium.connected")


class Mirror:
    """Keeps environments of a team store here. Thread-safe; its calls ask the store and wait."""

    def __init__(self, context: ServiceContext, client: StoreClient) -> None:
        self._context = context
        self._client = client
        self._rows = MirrorRows(context)
        self._one = threading.Lock()
        # Names of pinned kernels by environment, as the store last listed them.
        self._pinned_there: dict[str, set[str]] = {}
        context.supervisor.store_files = partial(store_files, client.address)

    def show(self, principal: Principal, namespace: str, name: str) -> LocalEnvironment:
        """Whether an environment's current version is here."""
        with self._context.database.read() as session:
            for environment, owner, _ in mirrors.visible(session):
                if (owner.name, environment.name) == (namespace, name):
                    return self._view(session, environment, owner)
        found = self._client.get(Environment, there.ENVIRONMENT, namespace, name)
        return LocalEnvironment(id=found.id, namespace=namespace, name=name, state="absent")

    def get(self, principal: Principal, namespace: str, name: str) -> LocalEnvironment:
        """Begin to get an environment's current version here, before all others."""
        self.bring(namespace, name, Priority.INTERACTIVE)
        return self.show(principal, namespace, name)

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
                    self._rows.usable(session, version),
                )
                for environment, namespace, version in mirrors.visible(session)
            }

    def bring(self, namespace: str, name: str, priority: Priority = Priority.REBUILD) -> None:
        """Record the environment as the store has it now, and get its current version.

        Raises :class:`NotFound` when the store does not show it, :class:`StoreAway`.
        """
        environment = self._client.get(Environment, there.ENVIRONMENT, namespace, name)
        found = there.current(self._client, environment)
        if found is not None:
            self._take(found, priority)
            self._take_pins(environment, priority)

    def lend(self, principal: Principal, use: ShareUse) -> ShareUse:
        """The kernels that the store has lent, in this session.

        Raises :class:`Conflict` when their files could not be built here.
        """
        if not use.ready:
            return use
        with self._context.database.read() as session:
            problem = pins.fresh_failure(session, use.environment_id, use.version)
        if problem is not None:
            raise Conflict(f"{use.name} could not be built here: {problem.title}", problem.hint)
        pinned_to = "" if use.follows else str(use.version)
        self._take(self._lent(use), Priority.INTERACTIVE, pinned_to)
        root = self._context.layout.root
        ready = all(kernelspecs.is_registered(kernel.name, root) for kernel in use.kernels)
        return use.model_copy(update={"ready": ready})

    def _lent(self, use: ShareUse) -> There:
        """By role where there is one: it outlasts the link."""
        try:
            found = self._client.get(Environment, there.ENVIRONMENT, use.namespace, use.name)
        except NotFound:
            found = None
        if found is None or found.id != use.environment_id:
            wanted = "current" if use.follows else str(use.version)
            return there.lent(self._client, use.environment_id, wanted)
        names = found.kernels if use.follows else use.kernels
        return replace(there.version(self._client, found, use.version), kernels=names)

    def renew(self, identity: str) -> None:
        """No role shows the environment to us: only what we use by living links stays here."""
        with self._context.database.read() as session:
            leads = environments.get(session, identity).current_version_id is not None
            numbers = pins.numbers(session, identity)
        for wanted in ["current"] * leads + numbers:
            try:
                found = there.lent(self._client, identity, wanted)
            except NotFound:
                with self._one, self._context.database.write() as session:
                    if wanted == "current":
                        self._rows.wanted.pop(identity, None)
                        pins.retract(session, self._context, identity)
                    else:
                        pins.unpin(session, self._context, identity, wanted)
                continue
            self._take(found, Priority.REBUILD, "" if wanted == "current" else wanted)
        with self._context.database.read() as session:
            row = environments.get(session, identity)
            gone = row.current_version_id is None and not pins.numbers(session, identity)
        if gone:
            self.forget(identity)

    def _take_pins(self, environment: Environment, priority: Priority) -> None:
        """The kernels that are pinned there to a version or a pointer; none that was before."""
        identity = environment.id
        for kernel in environment.pinned_kernels:
            with self._context.database.read() as session:
                known = pins.runs(session, self._context, identity, kernel)
            if kernel.version is not None and not known:
                found = there.version(self._client, environment, kernel.version)
                self._take(replace(found, kernels=[kernel]), priority, kernel.pinned)
        now = {kernel.name for kernel in environment.pinned_kernels}
        before = self._pinned_there.get(identity)
        if before is None:
            # Of those of a number nobody can tell any more whether a link or a record gave them.
            with self._context.database.read() as session:
                before = pins.that_follow(session, identity)
        if before - now:
            with self._one, self._context.database.write() as session:
                pins.drop(session, self._context, identity, before - now)
        self._pinned_there[identity] = now

    def knows_pins(self, identity: str) -> bool:
        """Whether the store was asked for the pinned kernels of this environment before."""
        return identity in self._pinned_there

    def _take(self, found: There, priority: Priority, pinned_to: str = "") -> None:
        """Record what is there, and get its files; for kernels that are *pinned_to* it, or to a
        pointer, or for those of the environment itself.
        """
        platform = self._context.platform
        if found.lock.for_platform(platform) is None:
            _log.info("%s is not locked for %s", found.label, platform)
            return
        if lock_digest(found.lock) != found.lock_digest:
            raise StoreUnusable(
                f"the lock of {found.label} is not the one that its digest names",
                "Tell the administrator of the team store.",
            )
        digest = platform_digest(found.lock, platform)
        with self._one:
            if found.prefix is not None:
                adoption.drop_broken(self._context.layout, digest)
                adoption.adopt(self._context.layout, digest, found.prefix)
            with self._context.database.write() as session:
                if pinned_to:
                    self._rows.pin(session, found, priority, pinned_to)
                else:
                    self._rows.record(session, found, priority)
        self._context.supervisor.poke()

    def settle(self) -> None:
        """Make current what the store has as current, where its files are here meanwhile."""
        with self._context.database.read() as session:
            late = [
                environment.id
                for environment, _, version in mirrors.visible(session)
                if environment.id in self._rows.wanted
                and (version is None or version.number != self._rows.wanted[environment.id])
            ]
            built = [
                environment.id
                for environment, _, version in mirrors.visible(session)
                if environment.id in self._rows.pinned_only and version is not None
            ]
        for identity in built:
            # A first build makes its version current; here nobody has asked for that.
            with self._one, self._context.database.write() as session:
                self._rows.pinned_only.discard(identity)
                pins.retract(session, self._context, identity)
        for identity in late:
            with self._one, self._context.database.write() as session:
                environment = environments.get(session, identity)
                found = environments.versions(
                    session, identity, self._context.platform, number=self._rows.wanted[identity]
                )
                if environment.deleted is None and found:
                    self._rows.settle(session, environment, found[0].version)

    def forget(self, identity: str) -> None:
        """The environment is gone at the store, or is not for us to see any more."""
        with self._one, self._context.database.write() as session:
            self._rows.withdraw(session, environments.get(session, identity))

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
