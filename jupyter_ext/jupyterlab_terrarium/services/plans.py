"""Use cases of plans: what a build would do, shown before it is asked for."""

from __future__ import annotations

import time

from sqlalchemy.orm import Session

from ..access.permissions import require
from ..access.principals import Principal
from ..builds.explaining import explain_solve
from ..conda.specification import read_specification
from ..models.digest import lock_digest, platform_digest
from ..models.lock import Lock
from ..models.plan import Plan, PlanRequest
from ..models.problem import NotFound, SolverUnavailable, TerrariumError
from ..store import environments, locks, plans
from ..store.package_cache import cached
from ..store.tables import VersionRow
from .comparison import compare, has_kernel
from .context import ServiceContext
from .namespaces import NamespaceService


class PlanService:
    """Plans of a principal; a build may name the plan that its maker saw."""

    def __init__(self, context: ServiceContext, namespaces: NamespaceService) -> None:
        self._context = context
        self._namespaces = namespaces

    def _base(
        self, session: Session, principal: Principal, request: PlanRequest
    ) -> tuple[VersionRow | None, Lock | None]:
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
        shown = record.current or record.latest
        return record.latest, locks.of_version(session, shown)

    def make(self, principal: Principal, request: PlanRequest) -> Plan:
        """Solve without building. An unsatisfiable specification gives a plan with a problem.

        Raises :class:`InvalidSpecification` when the text itself has errors.
        """
        specification = read_specification(request.specification)
        with self._context.database.read() as session:
            base, base_lock = self._base(session, principal, request)
        started = time.monotonic()
        lock: Lock | None = None
        problem = None
        try:
            lock = self._context.solver.solve(specification).lock
        except SolverUnavailable:
            raise
        except TerrariumError as error:
            solver = self._context.solver
            problem = explain_solve(solver, request.specification, error).problem()
        seconds = round(time.monotonic() - started, 3)
        digest = None if lock is None else lock_digest(lock)
        with self._context.database.write() as session:
            row = plans.add(
                session,
                user=principal.user,
                text=request.specification,
                specification=specification.model_dump(mode="json"),
                lock=None if lock is None else lock.model_dump(mode="json"),
                lock_digest=digest,
                base_version_id=None if base is None else base.id,
            )
            plan = Plan(
                id=row.id,
                created=row.created,
                base_version=None if base is None else base.number,
                lock_digest=digest,
                notices=specification.notices,
                problem=problem,
                seconds=seconds,
            )
            if lock is not None:
                plan = self._with_lock(session, plan, lock, base_lock)
            row.answer = plan.model_dump(mode="json")
        return plan

    def _with_lock(self, session: Session, plan: Plan, lock: Lock, base: Lock | None) -> Plan:
        here = cached(self._context.layout)
        host = lock.for_platform(self._context.platform)
        ready = False
        if host is not None:
            digest = platform_digest(lock, self._context.platform)
            ready = locks.prefix(session, digest) is not None
        return plan.model_copy(
            update={
                "platforms": [
                    compare(base.for_platform(part.platform) if base else None, part, here)
                    for part in lock.platforms
                ],
                "link_scripts": lock.scripted(self._context.platform),
                "ready": ready,
                "has_kernel": host is not None and has_kernel(host),
            }
        )

    def show(self, principal: Principal, plan_id: str) -> Plan:
        """A plan that was made before, by the same principal."""
        with self._context.database.read() as session:
            row = plans.get(session, plan_id, principal.user)
            if row is None:
                raise NotFound("there is no such plan")
            return Plan.model_validate(row.answer)
