"""Use cases of plans: what a build would do, shown before it is asked for."""

from __future__ import annotations

import time

from sqlalchemy.orm import Session

from ..access.permissions import require
from ..access.principals import Principal
from ..builds.estimates import Work, expected_seconds, unpacked_ratio
from ..builds.explaining import explain_solve
from ..conda.as_of import undated
from ..conda.specification import read_specification
from ..models.digest import lock_digest, platform_digest
from ..models.lock import Lock
from ..models.plan import Plan, PlanRequest
from ..models.problem import NotFound, SolverUnavailable, TerrariumError
from ..store import environments, locks, plans
from ..store.package_cache import cached
from ..store.tables import VersionRow
from .bases import base_of, usual_mode
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

        Raises :class:`InvalidSpecification` when the text itself has errors.
        """
        specification = read_specification(request.specification)
        with self._context.database.read() as session:
            latest, base = self._base(session, principal, request)
            base_lock = None if base is None else locks.readable(session, base.id)
        mode = (request.mode or usual_mode(base)) if base is not None else "refresh"
        started = time.monotonic()
        lock: Lock | None = None
        problem = None
        try:
            kept = base_lock if mode == "keep" else None
            lock = self._context.solver.solve(specification, locked=kept).lock
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
                base_version_id=None if latest is None else latest.id,
            )
            plan = Plan(
                id=row.id,
                created=row.created,
                base_version=None if base is None else base.number,
                mode=mode,
                lock_digest=digest,
                notices=specification.notices + (undated(specification, lock) if lock else []),
                problem=problem,
                seconds=seconds,
            )
            if lock is not None:
                checks = tuple(check.kind for check in specification.checks)
                plan = self._with_lock(session, plan, lock, base_lock, checks)
            row.answer = plan.model_dump(mode="json")
        return plan

    def _with_lock(
        self, session: Session, plan: Plan, lock: Lock, base: Lock | None, checks: tuple[str, ...]
    ) -> Plan:
        here = cached(self._context.layout)
        host = lock.for_platform(self._context.platform)
        ready = False
        expected: float | None = None
        samples = self._context.supervisor.history.samples(session)
        unpacked = unpacked_ratio(samples)
        platforms = [
            compare(base.for_platform(part.platform) if base else None, part, here, unpacked)
            for part in lock.platforms
        ]
        for other in platforms:
            if other.platform != self._context.platform:
                # Locked, not installed: that happens where somebody uses it.
                other.disk = 0
        if host is not None:
            digest = platform_digest(lock, self._context.platform)
            ready = locks.prefix(session, digest) is not None
            [shown] = [one for one in platforms if one.platform == host.platform]
            work = Work(len(host.conda) + len(host.pip), shown.download, checks=checks)
            if ready:
                shown.download = shown.disk = 0
            expected = 0.0 if ready else expected_seconds(samples, work)
        return plan.model_copy(
            update={
                "platforms": platforms,
                "expected_seconds": expected,
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
