"""``proposals``: changes by people who may not make them."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from ..access.principals import Principal
from ..models.base import BaseModel
from ..models.proposal import (
    Proposal,
    ProposalAnswer,
    ProposalApproval,
    ProposalCreate,
    ProposalDetail,
    ProposalState,
)
from ..models.status import Page
from .base import TerrariumHandler
from .operation import operation

RESOURCE = "proposals"


class ProposalQuery(BaseModel):
    """Query of lists of proposals."""

    model_config = ConfigDict(extra="forbid")
    state: ProposalState | None = Field(default=None, description="Only those in this state.")


class EnvironmentProposalsHandler(TerrariumHandler):
    """Proposals about one environment."""

    @operation(
        "List proposals about an environment",
        action="read",
        resource=RESOURCE,
        query=ProposalQuery,
        response=Page[Proposal],
        errors=(404,),
    )
    async def get(
        self, principal: Principal, namespace: str, name: str, query: ProposalQuery
    ) -> Page[Proposal]:
        """The caller's own, and everybody's for those who decide; newest first."""
        return await self.run(
            self.services.proposals.page,
            principal,
            namespace=namespace,
            name=name,
            state=query.state,
        )

    @operation(
        "Propose a change of an environment",
        action="write",
        resource=RESOURCE,
        body=ProposalCreate,
        response=ProposalDetail,
        status=201,
        errors=(403, 404, 409, 422),
    )
    async def post(
        self, principal: Principal, namespace: str, name: str, body: ProposalCreate
    ) -> ProposalDetail:
        """Whoever may see it may propose."""
        return await self.run(self.services.proposals.create, principal, namespace, name, body)


class ProposalsHandler(TerrariumHandler):
    """Proposals that concern the caller."""

    @operation(
        "List proposals: yours, and those that you decide about",
        action="read",
        resource=RESOURCE,
        query=ProposalQuery,
        response=Page[Proposal],
    )
    async def get(self, principal: Principal, query: ProposalQuery) -> Page[Proposal]:
        """Newest first."""
        return await self.run(self.services.proposals.page, principal, state=query.state)


class ProposalHandler(TerrariumHandler):
    """One proposal."""

    @operation(
        "Show a proposal", action="read", resource=RESOURCE, response=ProposalDetail, errors=(404,)
    )
    async def get(self, principal: Principal, proposal: str) -> ProposalDetail:
        """With its text and the one that was edited. Its plan is made by ``POST plans``."""
        return await self.run(self.services.proposals.show, principal, proposal)


class ProposalApproveHandler(TerrariumHandler):
    """Approving a proposal."""

    @operation(
        "Approve a proposal: build exactly the plan that was looked at",
        action="write",
        resource=RESOURCE,
        body=ProposalApproval,
        response=ProposalDetail,
        errors=(403, 404, 409, 422, 429),
    )
    async def post(
        self, principal: Principal, proposal: str, body: ProposalApproval
    ) -> ProposalDetail:
        """Two at once: one wins, the other is told who did."""
        return await self.run(self.services.proposals.approve, principal, proposal, body)


class ProposalDeclineHandler(TerrariumHandler):
    """Declining a proposal."""

    @operation(
        "Decline a proposal, with a word",
        action="write",
        resource=RESOURCE,
        body=ProposalAnswer,
        response=ProposalDetail,
        errors=(403, 404, 409),
    )
    async def post(
        self, principal: Principal, proposal: str, body: ProposalAnswer
    ) -> ProposalDetail:
        """Whoever proposed it reads the word."""
        return await self.run(self.services.proposals.decline, principal, proposal, body)


class ProposalWithdrawHandler(TerrariumHandler):
    """Withdrawing a proposal."""

    @operation(
        "Withdraw a proposal of yours",
        action="write",
        resource=RESOURCE,
        response=ProposalDetail,
        errors=(403, 404, 409),
    )
    async def post(self, principal: Principal, proposal: str) -> ProposalDetail:
        """Only who proposed it may."""
        return await self.run(self.services.proposals.withdraw, principal, proposal)
