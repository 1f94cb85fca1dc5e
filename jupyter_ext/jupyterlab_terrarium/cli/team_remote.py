"""What teams do, by the REST API of a server."""

from __future__ import annotations

from ..models.audit import AuditEntry
from ..models.problem import InvalidRequest
from ..models.proposal import (
    Proposal,
    ProposalAnswer,
    ProposalApproval,
    ProposalCreate,
    ProposalDetail,
    ProposalState,
)
from ..models.status import Page
from ..models.token import Token, TokenCreate, TokenCreated
from .remote import RemotePort


class RemoteTeam(RemotePort):
    """The store of a server, as whoever holds the token."""

    def create_token(self, request: TokenCreate, user: str | None) -> TokenCreated:
        """A new token of the caller's."""
        if user is not None:
            raise InvalidRequest(
                "a token of somebody else is made on the machine of the store",
                "Run it there, with --root instead of --server.",
            )
        return self._ask(TokenCreated, "POST", "tokens", body=request)

    def tokens(self, everybody: bool) -> list[Token]:
        """The caller's tokens, or everybody's."""
        query: dict[str, object] = {"everybody": everybody}
        return self._ask(Page[Token], "GET", "tokens", query=query).items

    def revoke_token(self, token_id: str) -> None:
        """End a token."""
        self._text("DELETE", ("tokens", token_id))

    def audit(self, namespace: str | None, limit: int) -> list[AuditEntry]:
        """The newest lines of the audit, in as many pages as it takes."""
        found: list[AuditEntry] = []
        cursor: str | None = None
        while len(found) < limit:
            query = {"namespace": namespace, "limit": min(limit, 500), "cursor": cursor}
            page = self._ask(Page[AuditEntry], "GET", "audit", query=query)
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
        return found[:limit]

    def propose(self, namespace: str, name: str, request: ProposalCreate) -> ProposalDetail:
        """A new proposal."""
        steps = ("environments", namespace, name, "proposals")
        return self._ask(ProposalDetail, "POST", *steps, body=request)

    def proposals(self, state: ProposalState | None) -> list[Proposal]:
        """The caller's, and those that they decide about."""
        return self._ask(Page[Proposal], "GET", "proposals", query={"state": state}).items

    def proposal(self, proposal_id: str) -> ProposalDetail:
        """One proposal."""
        return self._ask(ProposalDetail, "GET", "proposals", proposal_id)

    def approve(self, proposal_id: str, request: ProposalApproval) -> ProposalDetail:
        """Build the plan that was looked at."""
        return self._ask(ProposalDetail, "POST", "proposals", proposal_id, "approve", body=request)

    def decline(self, proposal_id: str, request: ProposalAnswer) -> ProposalDetail:
        """Say no."""
        return self._ask(ProposalDetail, "POST", "proposals", proposal_id, "decline", body=request)

    def withdraw(self, proposal_id: str) -> ProposalDetail:
        """Take it back."""
        return self._ask(ProposalDetail, "POST", "proposals", proposal_id, "withdraw")
