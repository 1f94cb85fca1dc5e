"""Use cases of plans: what a build would do, shown before it is asked for."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from ..access.permissions import require
from ..access.principals import Principal
from ..builds.estimates import Sample, Work, expected_seconds, unpacked_ratio
from ..builds.explaining import explain_solve
from ..conda.as_of import undated
from ..conda.specification import read_specification
from ..models.digest import combined_digest, platform_digests
from ..models.explanation import Explanation
from ..models.lock import Lock
from ..models.plan import Mode, Plan, PlanRequest
from ..models.problem import NotFound, SolverUnavailable, TerrariumError
from ..models.specification import Specification
from ..models.told_problem import error_of
from ..store import locks, plans
from ..store.package_cache import cached
from ..store.paths import MANIFEST
from ..store.tables import PlanRow, VersionRow, new_id, now
from .acceptance import Accepted
from .bases import BaseLocks, base_of, usual_mode
from .channel_access import access, require_accepted
from .comparison import ChangeMemory, compare, has_kernel
from .context import ServiceContext
from .namespaces import NamespaceService
from .solve_ahead import SolveAhead


@dataclass(frozen=True)
class _Costs:
    """What builds took before, and the SHA-256 of package files that need no download.

    Looked for while the solver works.
    """

    samples: Sequence[Sample] = ()
    here: set[str] = field(default_factory=set)


class _Base(NamedTuple):
    """What a change is planned of: the id of the version whose text is edited, and the version
    that the plan is compared with, with its lock.
    """

    latest_id: str | None = None
    version: VersionRow | None = None
    lock: Lock | None = None


class PlanService:
    """Plans of a principal; a build may name the plan that its maker saw."""

    def __init__(self, context: ServiceContext, namespaces: NamespaceService) -> None:
        self._context = context
        self._namespaces = namespaces
        self._locks = BaseLocks()
        self._changes = ChangeMemory()
        self._made = itertools.count()

    def _base(self, principal: Principal, request: PlanRequest) -> _Base:
        """What the environment that *request* names has; nothing when it names none."""
        if request.environment is None:
            return _Base()
        namespace = request.namespace or self._namespaces.ensure_personal(principal).name
        with self._context.database.read() as session:
            grant = require(session, principal, namespace, "read", request.environment)
            environment = plans.planned(session, grant.namespace.id, request.environment)
            if environment is None:
                raise NotFound(f"there is no environment '{namespace}/{request.environment}'")
            version = base_of(session, environment)
            return _Base(environment.latest_version_id, version, self._locks.of(session, version))

    def make(self, principal: Principal, request: PlanRequest) -> Plan:
        """Solve without building. An unsatisfiable specification gives a plan with a problem.

        Its explanation is looked for when :meth:`explanation` asks: no plan waits for it. Raises
        :class:`InvalidSpecification` when the text itself has errors.
        """
        specification = read_specification(request.specification)
        permits = self._channels(principal, request, specification)
        started = time.monotonic()
        planned = principal.user, request.namespace, request.environment
        guess = None if request.mode == "refresh" else self._locks.kept_before(planned)
        with SolveAhead(self._context.solver, specification, guess) as ahead:
            base = self._base(principal, request)
            wanted = request.mode or usual_mode(base.version)
            mode: Mode = "refresh" if base.version is None else wanted
            kept = ahead.keep(base.lock if mode == "keep" else None)
            self._locks.keeps(planned, kept)
        plan = Plan(
            id=new_id(),
            created=now(),
            base_version=None if base.version is None else base.version.number,
            mode=mode,
            notices=specification.notices,
        )
        lock: Lock | None = None
        costs = _Costs()
        try:
            begun = ahead.begun or self._context.solver.begin_solve(specification, locked=kept)
            costs = self._costs()
            solved = begun.answer().lock
            permits(solved)
            lock = solved
        except SolverUnavailable:
            raise
        except TerrariumError as error:
            plan.problem = error.problem()
            plan.explained = error.cause is None
        plan.seconds = round(time.monotonic() - started, 3)
        digest: str | None = None
        if lock is not None:
            plan.notices = specification.notices + undated(specification, lock)
            checks = tuple(check.kind for check in specification.checks)
            digest = self._describe(plan, lock, base.lock, checks, costs)
        if digest is not None and self._is_built(digest):
            self._costs_nothing(plan)
        self._store(
            id=plan.id,
            created=plan.created,
            user=principal.user,
            specification_text=request.specification,
            specification=specification,
            lock=lock,
            lock_digest=plan.lock_digest,
            base_version_id=base.latest_id,
            answer=plan.model_copy(),
        )
        return plan

    def _store(self, *, specification: Specification, **values: Any) -> None:
        """Write a plan down once it is answered; *values* are columns of :class:`PlanRow`."""

        def write() -> None:
            parsed = specification.model_dump(mode="json")
            with self._context.database.write() as session:
                plans.add(session, specification=parsed, **values)
                if next(self._made) % plans.DROP_EVERY == 0:
                    plans.drop_old(session, values["user"])

        self._context.plan_rows.write(values["id"], write)

    def _channels(
        self, principal: Principal, request: PlanRequest, specification: Specification
    ) -> Callable[[Lock], object]:
        """What looks whether the namespace may use all channels of a lock.

        Raises :class:`ChannelForbidden` at once where the text tells: a plan says what a channel
        has.
        """
        if not self._context.policy.private_channels:
            return lambda _: None
        own = self._namespaces.ensure_personal(principal)
        namespace = request.namespace or own.name
        with self._context.database.read() as session:
            require(session, principal, namespace, "read")
        asked = Accepted(request.specification, specification, None)
        require_accepted(self._context, namespace, asked)
        return partial(access(self._context).require, namespace)

    def _costs(self) -> _Costs:
        with self._context.database.read() as session:
            samples = self._context.supervisor.history.samples(session)
        return _Costs(samples, cached(self._context.layout))

    def _describe(
        self,
        plan: Plan,
        lock: Lock,
        base: Lock | None,
        checks: tuple[str, ...],
        costs: _Costs,
    ) -> str | None:
        """What building *lock* changes, and what it costs on this host; its digest for it."""
        own = self._context.platform
        digests = platform_digests(lock)
        plan.lock_digest = combined_digest(digests.values())
        unpacked = unpacked_ratio(costs.samples)
        for part in lock.platforms:
            before = base.for_platform(part.platform) if base else None
            shown = compare(before, part, costs.here, unpacked, self._changes)
            plan.platforms.append(shown)
            if part.platform != own:
                # Locked, not installed: that happens where somebody uses it.
                shown.disk = 0
                continue
            work = Work(len(part.conda) + len(part.pip), shown.download, checks=checks)
            plan.expected_seconds = expected_seconds(costs.samples, work)
            plan.has_kernel = has_kernel(part)
        plan.link_scripts = lock.scripted(own)
        return digests.get(own)

    def _is_built(self, digest: str) -> bool:
        # Most plans are of something new: that needs no look into the database.
        if not (self._context.layout.prefix(digest) / MANIFEST).exists():
            return False
        with self._context.database.read() as session:
            return locks.is_complete(session, digest)

    def _costs_nothing(self, plan: Plan) -> None:
        """The very same lock is built here already."""
        plan.ready, plan.expected_seconds = True, 0.0
        for part in plan.platforms:
            if part.platform == self._context.platform:
                part.download = part.disk = 0

    def explanation(self, principal: Principal, plan_id: str) -> Explanation:
        """Why a plan has a problem, with edits that were solved as the plan was.

        Looked for when first asked for, then remembered. Raises :class:`NotFound` for a plan
        without a problem that could be explained.
        """
        self._context.plan_rows.settle(plan_id)
        with self._context.database.read() as session:
            row = self._own(session, principal, plan_id)
            plan, text = Plan.model_validate(row.answer), row.specification_text
            kept = None
            if plan.mode == "keep" and plan.base_version is not None:
                base = plans.base(session, row, plan.base_version)
                kept = None if base is None else self._locks.of(session, base)
        problem = plan.problem
        if problem is None or problem.explanation is None:
            raise NotFound("this plan has nothing to explain")
        if plan.explained:
            return problem.explanation
        error = error_of(problem)
        found = explain_solve(self._context.solver, text, error, locked=kept).explanation
        if found is not None:
            problem.explanation, plan.explained = found, True
            with self._context.database.write() as session:
                plans.set_answer(session, plan_id, plan)
        return problem.explanation

    def shown(self, principal: Principal, plan_id: str) -> None:
        """*principal* looks at this plan now; its package files are fetched ahead meanwhile."""
        self._require_own(principal, plan_id)
        self._context.supervisor.ahead.show(plan_id, lambda: self._lock(principal, plan_id))

    def hidden(self, principal: Principal, plan_id: str) -> None:
        """Nobody looks at this plan any more."""
        self._require_own(principal, plan_id)
        self._context.supervisor.ahead.hide(plan_id)

    def show(self, principal: Principal, plan_id: str) -> Plan:
        """A plan that was made before, by the same principal."""
        self._context.plan_rows.settle(plan_id)
        with self._context.database.read() as session:
            return Plan.model_validate(self._own(session, principal, plan_id).answer)

    def _lock(self, principal: Principal, plan_id: str) -> Lock | None:
        self._context.plan_rows.settle(plan_id)
        with self._context.database.read() as session:
            lock = self._own(session, principal, plan_id).lock
        return None if lock is None else Lock.model_validate(lock)

    def _require_own(self, principal: Principal, plan_id: str) -> None:
        """Raise :class:`NotFound` for what is not *principal*'s, without reading all of it."""
        self._context.plan_rows.settle(plan_id)
        with self._context.database.read() as session:
            if not plans.belongs_to(session, plan_id, principal.user):
                raise NotFound("there is no such plan")

    def _own(self, session: Session, principal: Principal, plan_id: str) -> PlanRow:
        row = plans.get(session, plan_id, principal.user)
        if row is None:
            raise NotFound("there is no such plan")
        return row
