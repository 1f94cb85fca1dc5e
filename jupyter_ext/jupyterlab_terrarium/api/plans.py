"""``plans``."""

from __future__ import annotations

from ..access.principals import Principal
from ..models.explanation import Explanation
from ..models.plan import Plan, PlanRequest
from .base import TerrariumHandler
from .operation import operation


class PlansHandler(TerrariumHandler):
    """Making plans."""

    @operation(
        "Solve without building",
        action="write",
        resource="plans",
        body=PlanRequest,
        response=Plan,
        errors=(404, 422, 503),
    )
    async def post(self, principal: Principal, body: PlanRequest) -> Plan:
        """What cannot be solved is a plan with a problem; 422 is for a text with errors."""
        return await self.run_slow(self.services.plans.make, principal, body)


class PlanExplanationHandler(TerrariumHandler):
    """Why a plan has a problem."""

    @operation(
        "Explain why a plan has no solution",
        action="read",
        resource="plans",
        response=Explanation,
        errors=(404, 503),
    )
    async def get(self, principal: Principal, plan: str) -> Explanation:
        """Found out when first asked for, which takes a moment."""
        return await self.run_slow(self.services.plans.explanation, principal, plan)


class PlanShownHandler(TerrariumHandler):
    """That somebody looks at a plan."""

    @operation(
        "Say that a plan is on the screen",
        action="write",
        resource="plans",
        status=204,
        errors=(404,),
    )
    async def put(self, principal: Principal, plan: str) -> None:
        """Its package files are fetched ahead, as long as this is said again within 12 seconds."""
        await self.run(self.services.plans.shown, principal, plan)

    @operation(
        "Say that a plan has left the screen",
        action="write",
        resource="plans",
        status=204,
        errors=(404,),
    )
    async def delete(self, principal: Principal, plan: str) -> None:
        """Nothing more is fetched for it."""
        await self.run(self.services.plans.hidden, principal, plan)


class PlanHandler(TerrariumHandler):
    """One plan."""

    @operation("Show a plan", action="read", resource="plans", response=Plan, errors=(404,))
    async def get(self, principal: Principal, plan: str) -> Plan:
        """As it was shown."""
        return await self.run(self.services.plans.show, principal, plan)
