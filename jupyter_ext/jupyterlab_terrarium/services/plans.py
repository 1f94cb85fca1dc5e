"""Use cases of plans: what a build would do, shown before it is asked for."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

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
from ..models.plan import Plan, PlanRequest
from ..models.problem import NotFound, SolverUnavailable, TerrariumError
from ..models.told_problem import error_of
from ..store import environments, locks, plans
from ..store.package_cache import cached
from ..store.tables import PlanRow, VersionRow, new_id, now
from .bases import BaseLocks, base_of, usual_mode
from .comparison import compare, has_kernel
from .context import ServiceContext
from .namespaces import NamespaceService


@dataclass(frozen=True)
class _Costs:
    """What builds took before, and the SHA-256 of package files that need no download.

    Looked for while the solver works.
    """

    samples: Sequence[Sample] = ()
    here: set[str] = field(default_factory=set)


class PlanService:
    """Plans of a principal; a build may name the plan that its maker saw."""

    def __init__(self, context: ServiceContext, namespaces: NamespaceService) -> None:
        self._context = context
        self._namespaces = namespaces
        self._locks = BaseLocks()
        self._made = itertools.count()

    def _base(
        self, session: Session, principal: Principal, request: PlanRequest
    ) -> tuple[VersionRow | None, VersionRow | None]:
        """The latest version, whose text is edited, and the one that the plan is compared with."""
        if request.environment is None:
            return None, None
        own = self._namespaces.ensure_personal(principal)
        namespace = request.namespace or own.name
        grant = require(session, principal, namespace, "read")
        record = environments.find(
            session, grant.namespace.id, request.environment, self._context.platform
        )
        if record is None:
            raise NotFound(f"there is no environment '{namespace}/{request.environment}'")
        return record.latest, base_of(session, record)

    def make(self, principal: Principal, request: PlanRequest) -> Plan:
        """Solve without building. An unsatisfiable specification gives a plan with a problem.

        Its explanation is looked for when :meth:`explanation` asks: no plan waits for it. Raises
        :class:`InvalidSpecification` when the text itself has errors.
        """
        specification = read_specification(request.specification)
        with self._context.database.read() as session:
            latest, base = self._base(session, principal, request)
            base_lock = None if base is None else self._locks.of(session, base)
        mode = (request.mode or usual_mode(base)) if base is not None else "refresh"
        plan = Plan(
            id=new_id(),
            created=now(),
            base_version=None if base is None else base.number,
            mode=mode,
            notices=specification.notices,
        )
        started = time.monotonic()
        lock: Lock | None = None
        costs = _Costs()
        try:
            kept = base_lock if mode == "keep" else None
            begun = self._context.solver.begin_solve(specification, locked=kept)
            costs = self._costs()
            lock = begun().lock
        except SolverUnavailable:
            raise
        except TerrariumError as error:
            plan.problem = error.problem()
            plan.explained = error.cause is None
        plan.seconds = round(time.monotonic() - started, 3)
        if lock is not None:
            plan.notices = specification.notices + undated(specification, lock)
            checks = tuple(check.kind for check in specification.checks)
            self._describe(plan, lock, base_lock, checks, costs)
        with self._context.database.write() as session:
            plans.add(
                session,
                id=plan.id,
                created=plan.created,
                user=principal.user,
                specification_text=request.specification,
                specification=specification.model_dump(mode="json"),
                lock=lock,
                lock_digest=plan.lock_digest,
                base_version_id=None if latest is None else latest.id,
                answer=plan,
            )
            if next(self._made) % plans.DROP_EVERY == 0:
                plans.drop_old(session, principal.user)
        return plan

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
    ) -> None:
        """What building *lock* changes, and what it costs on this host."""
        own = self._context.platform
        digests = platform_digests(lock)
        plan.lock_digest = combined_digest(digests.values())
        with self._context.database.read() as session:
            plan.ready = own in digests and locks.prefix(session, digests[own]) is not None
        unpacked = unpacked_ratio(costs.samples)
        for part in lock.platforms:
            before = base.for_platform(part.platform) if base else None
            shown = compare(before, part, costs.here, unpacked)
            plan.platforms.append(shown)
            if part.platform != own:
                # Locked, not installed: that happens where somebody uses it.
                shown.disk = 0
                continue
            if plan.ready:
                shown.download = shown.disk = 0
            work = Work(len(part.conda) + len(part.pip), shown.download, checks=checks)
            plan.expected_seconds = 0.0 if plan.ready else expected_seconds(costs.samples, work)
            plan.has_kernel = has_kernel(part)
        plan.link_scripts = lock.scripted(own)

    def explanation(self, principal: Principal, plan_id: str) -> Explanation:
        """Why a plan has a problem, with edits that were solved as the plan was.

        Looked for when first asked for, then remembered. Raises :class:`NotFound` for a plan
        without a problem that could be explained.
        """
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
        with self._context.database.read() as session:
            return Plan.model_validate(self._own(session, principal, plan_id).answer)

    def _lock(self, principal: Principal, plan_id: str) -> Lock | None:
        with self._context.database.read() as session:
            lock = self._own(session, principal, plan_id).lock
        return None if lock is None else Lock.model_validate(lock)

    def _require_own(self, principal: Principal, plan_id: str) -> None:
        """Raise :class:`NotFound` for what is not *principal*'s, without reading all of it."""
        with self._context.database.read() as session:
            if not plans.belongs_to(session, plan_id, principal.user):
                raise NotFound("there is no such plan")

    def _own(self, session: Session, principal: Principal, plan_id: str) -> PlanRow:
        row = plans.get(session, plan_id, principal.user)
        if row is None:
            raise NotFound("there is no such plan")
        return row
