"""Use cases of what is on this machine; a server connected to a team store replaces ``get``."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy.orm import Session

from ..access.principals import Principal
from ..models.build import BuildState, Progress
from ..models.local import LocalEnvironment
from ..models.problem import Problem
from ..models.record import RunningKernel
from ..models.share import ShareUse
from ..store import kernels
from ..store.environments import EnvironmentRecord
from .context import ServiceContext
from .records import running
from .versions import VersionService


class Local(Protocol):
    """Getting an environment onto this machine, and asking whether it is here."""

    def show(self, principal: Principal, namespace: str, name: str) -> LocalEnvironment:
        """Whether its current version is here. Raises :class:`NotFound`."""
        ...

    def get(self, principal: Principal, namespace: str, name: str) -> LocalEnvironment:
        """Begin to get its current version here. Raises :class:`NotFound`."""
        ...

    def running(self, principal: Principal, kernel: str) -> RunningKernel:
        """What a kernel of this machine runs. Raises :class:`NotFound`."""
        ...

    def lend(self, principal: Principal, use: ShareUse) -> ShareUse:
        """The same kernels in this session; without ``ready`` their files are not here yet."""
        ...


class LocalService:
    """Of a store in this server everything is here that is ready."""

    def __init__(self, context: ServiceContext, versions: VersionService) -> None:
        self._context = context
        self._versions = versions

    def show(self, principal: Principal, namespace: str, name: str) -> LocalEnvironment:
        """Whether its current version is here."""
        with self._context.database.read() as session:
            record = self._versions.environment(session, principal, namespace, name)
            return local_view(session, self._context, record)

    def get(self, principal: Principal, namespace: str, name: str) -> LocalEnvironment:
        """There is nothing to do: what is ready is here."""
        return self.show(principal, namespace, name)

    def running(self, principal: Principal, kernel: str) -> RunningKernel:
        """What a kernel runs, of what the principal can see."""
        with self._context.database.read() as session:
            return running(session, self._context, principal, kernel)

    def lend(self, principal: Principal, use: ShareUse) -> ShareUse:
        """They are in this session already."""
        return use


def local_view(
    session: Session, context: ServiceContext, record: EnvironmentRecord
) -> LocalEnvironment:
    """What this machine has of an environment."""
    environment, build = record.environment, record.build
    found = LocalEnvironment(
        id=environment.id,
        namespace=record.namespace.name,
        name=environment.name,
        state="absent",
    )
    if build is not None and build.finished is None:
        found.state = "building"
        found.progress = Progress.model_validate(build.progress)
    elif build is not None and build.state == BuildState.FAILED:
        found.state = "failed"
        found.problem = None if build.problem is None else Problem.model_validate(build.problem)
    if record.current is not None and record.prefix is not None:
        found.version = record.current.number
        found.adopted = context.layout.prefix(record.prefix.digest).is_symlink()
        found.kernels = [row.name for row in kernels.of(session, environment.id)]
        if record.current.id == record.latest.id or found.state == "absent":
            found.state = "ready"
    return found
