"""Accepting what somebody asks for: a specification or a lockfile, and the plan they saw."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from ..access.principals import Principal
from ..conda.channels import scrub
from ..conda.specification import read_specification
from ..models.lock import Lock
from ..models.lockfile_kind import wants_python
from ..models.plan import Mode, Plan
from ..models.problem import Conflict, EditConflict, Finding, InvalidRequest, OtherVersion
from ..models.specification import Specification
from ..store import plans
from ..store.tables import VersionRow
from .context import ServiceContext
from .lock_addresses import require_addresses
from .lock_specification import specification_of


@dataclass(frozen=True)
class Accepted:
    """What a new version is made from. ``lock`` is ``None`` while it must still be solved.

    ``plan`` is the one that its maker saw. ``mode`` and ``base_version_id`` say how it is solved.
    """

    text: str
    specification: Specification
    lock: Lock | None
    plan: Plan | None = None
    mode: Mode = "refresh"
    base_version_id: str | None = None


def accept(
    context: ServiceContext,
    *,
    specification: str | None,
    lockfile: str | None,
    plan: str | None = None,
) -> Accepted:
    """Read what was asked for. Touches no database; may take a second for a lockfile.

    A *plan* (its id) that was answered just now is stored afterwards. Raises
    :class:`InvalidSpecification`, :class:`InvalidLock` or :class:`InvalidRequest`, and what kept
    the plan from being stored.
    """
    if (specification is None) == (lockfile is None):
        raise InvalidRequest(
            "give either a specification or a lockfile", "Send exactly one of the two."
        )
    context.plan_rows.settle(plan)
    if specification is not None:
        return Accepted(specification, read_specification(specification), None)
    assert lockfile is not None
    lock = context.solver.read_lockfile(lockfile)
    if lock.for_platform(context.platform) is None:
        present = ", ".join(part.platform for part in lock.platforms)
        raise InvalidRequest(
            f"the lockfile has no packages for this server ({context.platform}); it has {present}",
            f"Ask for a lockfile that includes {context.platform}, or for its specification.",
        )
    require_addresses(context, lock)
    text = specification_of(lock)
    read = read_specification(text)
    if wants_python(lockfile):
        read = read.model_copy(update={"notices": [*read.notices, _solved_python(context, lock)]})
    return Accepted(text, read, lock)


def _solved_python(context: ServiceContext, lock: Lock) -> Finding:
    """What was not in the lockfile."""
    part = lock.for_platform(context.platform)
    assert part is not None
    version = next((one.version for one in part.conda if one.name == "python"), "")
    return Finding(
        message=f"The lockfile names no Python: Python {version} was solved for it, from "
        f"{', '.join(map(scrub, lock.channels))}. Its {len(part.pip)} wheels are exactly those "
        "that are listed.",
        hint="Export it from here as conda-lock, and the same Python comes along.",
    )


def with_plan(
    session: Session,
    principal: Principal,
    accepted: Accepted,
    plan_id: str | None,
    base_version_id: str | None,
) -> Accepted:
    """*accepted* with the lock of the plan that its maker saw.

    Raises :class:`Conflict` when the plan is not of this text or the base version has moved on.
    """
    if plan_id is None:
        return accepted
    plan = plans.get(session, plan_id, principal.user)
    again = "Look at the new plan and build again."
    if plan is None:
        raise Conflict("the plan that was shown is no longer there", again)
    if plan.lock is None:
        raise Conflict("the plan that was shown has no solution", again)
    if plan.specification_text != accepted.text:
        raise Conflict("the plan that was shown is of another text", again)
    if plan.base_version_id != base_version_id:
        raise Conflict("the environment has a newer version than the plan that was shown", again)
    return replace(
        accepted, lock=Lock.model_validate(plan.lock), plan=Plan.model_validate(plan.answer)
    )


def edit_conflict(name: str, base: int, latest: VersionRow) -> EditConflict:
    """Why a version that was made from version *base* of *name* is not accepted."""
    return EditConflict(
        f"'{name}' has version {latest.number} now, by {latest.created_by}; "
        f"you edited version {base}",
        f"Nothing was overwritten. Look at version {latest.number} and apply your change to it.",
        conflict=OtherVersion(
            version=latest.number,
            specification_text=latest.specification_text,
            created=latest.created,
            created_by=latest.created_by,
        ),
    )


def permit_link_scripts(context: ServiceContext, lock: Lock, asked: list[str]) -> Lock:
    """*lock* with the post-link scripts that policy and the maker of the version permit."""
    found = {name for part in lock.platforms for name in lock.scripted(part.platform)}
    # What a lockfile says about itself is no consent: only the request can give it.
    found |= set(lock.run_link_scripts)
    return lock.permitting(context.policy.permitted_link_scripts(found, asked))
