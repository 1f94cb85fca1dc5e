"""What the commands for teams need of a store, wherever it is."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Protocol

from .port import Port

if TYPE_CHECKING:
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


class TeamPort(Port, Protocol):
    """Every method raises :class:`TerrariumError` as the API does."""

    def create_token(self, request: TokenCreate, user: str | None) -> TokenCreated:
        """A new token, of *user* when given."""
        ...

    def tokens(self, everybody: bool) -> list[Token]:
        """The caller's tokens, or everybody's."""
        ...

    def revoke_token(self, token_id: str) -> None:
        """End a token."""
        ...

    def audit(self, namespace: str | None, limit: int) -> list[AuditEntry]:
        """The newest lines of the audit."""
        ...

    def propose(self, namespace: str, name: str, request: ProposalCreate) -> ProposalDetail:
        """A new proposal."""
        ...

    def proposals(self, state: ProposalState | None) -> list[Proposal]:
        """The caller's, and those that they decide about, newest first."""
        ...

    def proposal(self, proposal_id: str) -> ProposalDetail:
        """One proposal."""
        ...

    def approve(self, proposal_id: str, request: ProposalApproval) -> ProposalDetail:
        """Build the plan that was looked at."""
        ...

    def decline(self, proposal_id: str, request: ProposalAnswer) -> ProposalDetail:
        """Say no."""
        ...

    def withdraw(self, proposal_id: str) -> ProposalDetail:
        """Take it back."""
        ...


def open_team(args: argparse.Namespace) -> TeamPort:
    """The store that the options name."""
    if getattr(args, "server", None):
        from .team_remote import RemoteTeam

        return RemoteTeam.from_environment(args.server)
    from .team_local import LocalTeam

    return LocalTeam(args.root)
