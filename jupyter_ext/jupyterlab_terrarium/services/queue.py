"""The queue of builds as people see it: whether there is room in it, and who is next."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ..access.principals import Principal
from ..builds.queue import Waiting, order
from ..models.policy import Policy
from ..models.problem import QueueFull
from ..store import builds


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


def positions(session: Session, policy: Policy) -> dict[str, int]:
    """The place in the queue, from 1, of every build that waits, by build id."""
    waiting = [Waiting(*row) for row in builds.waiting(session)]
    if not waiting:
        return {}
    ordered = order(waiting, builds.running(session), policy.running_per_user)
    return {build.id: place for place, build in enumerate(ordered, start=1)}
