"""What the store says about itself."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Sequence

from .._version import __version__
from ..access.principals import Principal
from ..conda.channels import resolve_channel
from ..models.problem import Finding
from ..models.status import ChannelStatus, Status
from ..store import builds, events
from .context import ServiceContext
from .namespaces import NamespaceService


class StatusService:
    """The store's state, and what it had to complain about at start."""

    def __init__(
        self, context: ServiceContext, namespaces: NamespaceService, problems: Sequence[Finding]
    ) -> None:
        self._context = context
        self._namespaces = namespaces
        self._problems = list(problems)

    def show(self, principal: Principal) -> Status:
        """Versions, the caller, the default channels, problems and the queue."""
        context = self._context
        own = self._namespaces.ensure_personal(principal)
        with context.database.read() as session:
            running, queued = builds.counts(session)
            last = events.last_sequence(session)
        return Status(
            version=__version__,
            user=principal.user,
            namespace=own.name,
            platform=context.platform,
            root=str(context.layout.root),
            default_channels=list(context.channels.default_channels),
            channels=[
                ChannelStatus(name=name, url=url)
                for name in context.channels.default_channels
                for url in resolve_channel(name, context.channels)
            ],
            problems=self._problems,
            pool_size=context.supervisor.pool_size,
            builds_running=running,
            builds_queued=queued,
            last_event=last,
            shell_command=shell_command(str(context.layout.root)),
            may_create_namespaces=self._namespaces.may_create(principal),
            administrator=principal.administrator and principal.limit is None,
        )


def shell_command(root: str) -> str:
    """The start of the line that opens a shell in an environment of the store at *root*."""
    # A terminal's PATH need not have the server's own `jupyter`, nor its settings this root.
    argv = [sys.executable, "-m", "jupyterlab_terrarium.cli", "shell", "--root", root]
    return subprocess.list2cmdline(argv) if sys.platform == "win32" else shlex.join(argv)
