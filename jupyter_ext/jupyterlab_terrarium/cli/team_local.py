"""What teams do, in the store on this machine."""

from __future__ import annotations

from ..models.audit import AuditEntry
from ..models.proposal import (
    Proposal,
    ProposalAnswer,
    ProposalApproval,
    ProposalCreate,
    ProposalDetail,
    ProposalState,
)
from ..models.token import Token, TokenCreate, TokenCreated
from .local import LocalPort


class LocalTeam(LocalPort):
    """The services as the user of this shell, whose files the store's are."""

    def create_token(self, request: TokenCreate, user: str | None) -> TokenCreated:
        """A new token, of *user* when given."""
        if user is None:
            return self._services.tokens.create(self._principal, request)
        return self._services.tokens.create_for(self._principal, user, request)

    def tokens(self, everybody: bool) -> list[Token]:
        """The caller's tokens, or everybody's."""
        return self._services.tokens.page(self._principal, everybody=everybody).items

    def revoke_token(self, token_id: str) -> None:
        """End a token."""
        self._services.tokens.revoke(self._principal, token_id)

    def audit(self, namespace: str | None, limit: int) -> list[AuditEntry]:
        """The newest lines of the audit."""
        return self._services.audit.page(self._principal, namespace=namespace, limit=limit).items

    def propose(self, namespace: str, name: str, request: ProposalCreate) -> ProposalDetail:
        """A new proposal."""
        return self._services.proposals.create(self._principal, namespace, name, request)

    def proposals(self, state: ProposalState | None) -> list[Proposal]:
        """The caller's, and those that they decide about."""
        return self._services.proposals.page(self._principal, state=state).items

    def proposal(self, proposal_id: str) -> ProposalDetail:
        """One proposal."""
        return self._services.proposals.show(self._principal, proposal_id)

    def approve(self, proposal_id: str, request: ProposalApproval) -> ProposalDetail:
        """Build the plan that was looked at."""
        return self._services.proposals.approve(self._principal, proposal_id, request)

    def decline(self, proposal_id: str, request: ProposalAnswer) -> ProposalDetail:
        """Say no."""
        return self._services.proposals.decline(self._principal, proposal_id, request)

    def withdraw(self, proposal_id: str) -> ProposalDetail:
        """Take it back."""
        return self._services.proposals.withdraw(self._principal, proposal_id)
