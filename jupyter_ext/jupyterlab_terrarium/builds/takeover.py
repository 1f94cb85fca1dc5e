"""Who still works on builds: our own sign of life, and taking over from those who give none."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from ..models.build import BuildState
from ..models.build_problem import BuildFailed
from ..store import builds
from .heartbeat import Pulse, Watch
from .liveness import is_alive, is_elsewhere

if TYPE_CHECKING:
    from .supervisor import Supervisor

MAX_ATTEMPTS = 3


class Takeover:
    """Of one supervisor, in its thread.

    On its own machine a ``flock`` tells whether another supervisor lives. Of those elsewhere only
    their heartbeat is seen. Whoever was wrongly believed dead finds a higher fence, and publishes
    nothing.
    """

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._pulse = Pulse()
        self._watch = Watch()

    def beat(self) -> None:
        """Show that we live, and let go of builds that somebody has taken over meanwhile."""
        supervisor = self._supervisor
        followed = supervisor.followed()
        number = self._pulse.next() if followed else None
        if number is None:
            return
        with supervisor.database.write() as session:
            ours = builds.beat(session, supervisor.name, number)
        for build_id in followed.keys() - ours:
            followed[build_id].abandon()

    def recover(self) -> None:
        """Put builds of dead owners, and ours that no thread follows any more, into the queue."""
        supervisor = self._supervisor
        with supervisor.database.read() as session:
            signs = {owner: builds.sign(session, owner) for owner in builds.owners(session)}
        self._watch.forget_all_but(signs)
        for owner, sign in signs.items():
            if owner == supervisor.name:
                self._take(owner, supervisor.followed())
            elif is_elsewhere(owner, supervisor.host):
                if self._watch.silent(owner, sign):
                    self._take(owner, (), sign)
            elif not is_alive(supervisor.layout, owner):
                self._take(owner, ())

    def _take(self, owner: str, followed: Collection[str], sign: str | None = None) -> None:
        """Builds of *owner* that are not *followed* go on or end.

        Of one that was judged by its *sign* of life only if that has not changed since.
        """
        database = self._supervisor.database
        with database.read() as session:
            if all(build.id in followed for build in builds.owned(session, owner)):
                return
        with database.write() as session:
            if sign is not None and builds.sign(session, owner) != sign:
                return
            for build in builds.owned(session, owner):
                if build.id in followed:
                    continue
                if build.cancel_requested:
                    builds.enter(session, build, BuildState.CANCELLED)
                elif build.attempts >= MAX_ATTEMPTS:
                    build.problem = (
                        BuildFailed(
                            f"the server ended {build.attempts} times while it built this",
                            "Look into the server's log, then retry.",
                        )
                        .problem()
                        .model_dump(mode="json")
                    )
                    builds.enter(session, build, BuildState.FAILED)
                else:
                    builds.release(session, build)
