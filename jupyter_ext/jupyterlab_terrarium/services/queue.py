"""The queue of builds as people see it: is there room in it, who is next, and how long it takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ..access.principals import Principal
from ..builds.estimates import Sample, Work, expected_seconds, seconds_until_ready, usual_seconds
from ..builds.forecast import Forecast
from ..builds.queue import Waiting, order
from ..builds.supervisor import Supervisor
from ..models.build import BuildState, Progress
from ..models.policy import Policy
from ..models.problem import QueueFull
from ..store import active_builds, builds
from ..store.active_builds import ActiveBuild
from ..store.tables import now


def require_room(session: Session, policy: Policy, principal: Principal) -> None:
    """Raise :class:`QueueFull` when more builds wait than the policy permits.

    Called after the build was added: what is raised takes the whole transaction back.
    """
    waiting = builds.waiting(session)
    own = sum(user == principal.user for _, user, _ in waiting)
    if 0 < policy.queued_per_user < own:
        raise QueueFull(
            f"{policy.queued_per_user} of your builds are waiting already",
            "Cancel some of them, or wait until they are done.",
        )
    if 0 < policy.queued < len(waiting):
        raise QueueFull(
            f"{policy.queued} builds are waiting already", "Try again when some are done."
        )


@dataclass(frozen=True)
class Outlook:
    """What lies ahead of a build: its place in the queue, from 1, and seconds until it is ready.

    Both are ``None`` where there is nothing to say.
    """

    position: int | None = None
    seconds_left: float | None = None


def outlooks(session: Session, supervisor: Supervisor) -> dict[str, Outlook]:
    """The outlook of every build that has not ended, by build id."""
    active = active_builds.every(session, supervisor.platform)
    if not active:
        return {}
    samples = supervisor.history.samples(session)
    running = {
        one.build.id: _seconds_left(one, samples) for one in active if one.build.owner is not None
    }
    queued = {one.build.id: one for one in active if one.build.owner is None}
    waiting = [
        Waiting(build, one.build.requested_by, one.build.priority) for build, one in queued.items()
    ]
    users = Counter(one.build.requested_by for one in active if one.build.owner is not None)
    ordered = [build.id for build in order(waiting, users, supervisor.policy.running_per_user)]
    until = seconds_until_ready(
        list(running.values()),
        [(build, expected_seconds(samples, _work(queued[build]))) for build in ordered],
        supervisor.pool_size,
        usual_seconds(samples),
    )
    found = {build: Outlook(None, left) for build, left in running.items()}
    for place, build in enumerate(ordered, start=1):
        found[build] = Outlook(place, until[build])
    return found


def _work(active: ActiveBuild) -> Work:
    return Work(active.packages or 0, None, solve=not active.solved, checks=active.checks)


def _seconds_left(active: ActiveBuild, samples: Sequence[Sample]) -> float | None:
    build = active.build
    began = build.phases[-1]["started"] if build.phases else None
    # For people only: a clock that was set since makes the answer wrong, and nothing else.
    elapsed = 0.0 if began is None else (now() - datetime.fromisoformat(began)).total_seconds()
    return Forecast(samples, _work(active)).left(
        BuildState(build.state), max(0.0, elapsed), Progress.model_validate(build.progress)
    )
