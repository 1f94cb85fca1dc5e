"""Opening a store: checks, database, solver, builds, services; and closing it again."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable
from functools import cache, partial

from ..access.principals import Principal
from ..builds.solver_client import SolverClient
from ..builds.supervisor import Supervisor
from ..conda.channels import ChannelConfig
from ..models.base import complete
from ..models.platforms import host_platform
from ..store import people
from ..store.audit import protect
from ..store.checks import is_network, prepare_root
from ..store.database import Database
from ..store.following import Following
from ..store.paths import Layout
from ..store.watch import ChangeWatcher
from .channel_access import note_what_is_here
from .conda_registration import register
from .context import ServiceContext
from .link_forms import LinkForms
from .module_tree import ModuleTree
from .options import StoreOptions
from .reconciliation import reconcile_store
from .services import Services

_log = logging.getLogger("jupyterlab_terrarium")


class OpenStore:
    """An open store. ``builds=False`` opens it without taking builds from its queue.

    *principal_of* tells of somebody who does not call just now in which groups they are; by
    default, those that they were last seen in.
    """

    def __init__(
        self,
        options: StoreOptions,
        *,
        builds: bool = True,
        principal_of: Callable[[str], Principal] | None = None,
    ) -> None:
        layout = Layout(options.root)
        problems = prepare_root(layout)
        for problem in problems:
            _log.warning("Terrarium: %s. %s", problem.message, problem.hint)
        self.layout = layout
        self.database = Database.open(layout.database, wal=not is_network(layout.root))
        protect(self.database)
        channels = ChannelConfig(default_channels=options.default_channels, mirrors=options.mirrors)
        self.solver = SolverClient(
            layout,
            channels,
            memory_limit_bytes=options.solver_memory,
            timeout_s=options.solver_seconds,
            sdists=options.policy.sdists,
        )
        platform = host_platform()
        self.supervisor = Supervisor(
            layout=layout,
            database=self.database,
            solver=self.solver,
            platform=platform,
            channels=channels,
            pool_size=options.pool_size,
            limits=options.limits,
            policy=options.policy,
        )
        self.context = ServiceContext(
            layout=layout,
            database=self.database,
            solver=self.solver,
            supervisor=self.supervisor,
            channels=channels,
            policy=options.policy,
            platform=platform,
            support_contacts=options.support_contacts,
            public_url=options.public_url.rstrip("/"),
            principal_of=principal_of
            or (lambda user: Principal(user, groups=people.groups_of(layout, user))),
        )
        self.services = Services(self.context, problems)
        self._watcher = ChangeWatcher(self.database)
        self._following = self._followers(options) if builds else []
        self._builds = builds
        if builds:
            note_what_is_here(self.context)
            reconcile_store(self.context)
            self.solver.start()
            self.supervisor.start()
            self._watcher.start()
            for one in self._following:
                one.start()

    def _followers(self, options: StoreOptions) -> list[Following]:
        """What is kept true, in the store for links, outside of it for who asked for it."""
        context = self.context
        links = LinkForms(context, self.services.artifacts)
        found = [Following(self.database, links.refresh, "what links give")]
        if options.modules:
            work = ModuleTree(context, served=options.served).refresh
            found.append(Following(self.database, work, "environment modules"))
        if options.conda_list:
            found.append(
                Following(self.database, partial(register, context), "conda's list of environments")
            )
        return found

    def close(self) -> None:
        """End builds, solver and threads; builds that were under way stay in the queue."""
        if self._builds:
            self.supervisor.stop()
            self._watcher.stop()
            for one in self._following:
                one.stop()
        self.context.plan_rows.close()
        self.solver.close()
        self.database.close()


@cache
def settle() -> None:
    """For a server, once it has begun: what is in memory now stays there for its whole life.

    The garbage collector looked at all of it again and again, which held up every request for a
    tenth of a second. See ``gc.freeze`` in Python's documentation. No request has to wait until
    its models are built, either.
    """
    complete()
    gc.freeze()


__all__ = ["OpenStore", "StoreOptions", "settle"]
