"""Opening a store: checks, database, solver, builds, services; and closing it again."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path

from ..builds.job import Limits
from ..builds.solver_client import SolverClient
from ..builds.supervisor import Supervisor
from ..conda.channels import ChannelConfig
from ..models.platforms import host_platform
from ..models.policy import Policy
from ..store.checks import is_network, prepare_root
from ..store.database import Database
from ..store.paths import Layout
from ..store.watch import ChangeWatcher
from .context import ServiceContext
from .reconciliation import reconcile_store
from .services import Services

_log = logging.getLogger("jupyterlab_terrarium")


@dataclass(frozen=True)
class StoreOptions:
    """Settings of a store. Sizes in bytes, times in seconds."""

    root: Path
    default_channels: list[str] = field(default_factory=lambda: ["conda-forge"])
    mirrors: dict[str, list[str]] = field(default_factory=dict)
    pool_size: int = 2
    limits: Limits = field(default_factory=Limits)
    solver_memory: int = 4 * 1024**3
    solver_seconds: float = 300.0
    policy: Policy = field(default_factory=Policy)
    allow_sdists: bool = False


class OpenStore:
    """An open store. ``builds=False`` opens it without taking builds from its queue."""

    def __init__(self, options: StoreOptions, *, builds: bool = True) -> None:
        layout = Layout(options.root)
        problems = prepare_root(layout)
        for problem in problems:
            _log.warning("Terrarium: %s. %s", problem.message, problem.hint)
        self.layout = layout
        self.database = Database.open(layout.database, wal=not is_network(layout.root))
        channels = ChannelConfig(default_channels=options.default_channels, mirrors=options.mirrors)
        self.solver = SolverClient(
            layout,
            channels,
            memory_limit_bytes=options.solver_memory,
            timeout_s=options.solver_seconds,
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
        )
        self.services = Services(self.context, problems)
        self._watcher = ChangeWatcher(self.database)
        self._builds = builds
        if builds:
            reconcile_store(self.context)
            self.solver.start()
            self.supervisor.start()
            self._watcher.start()

    def close(self) -> None:
        """End builds, solver and threads; builds that were under way stay in the queue."""
        if self._builds:
            self.supervisor.stop()
            self._watcher.stop()
        self.solver.close()
        self.database.close()
