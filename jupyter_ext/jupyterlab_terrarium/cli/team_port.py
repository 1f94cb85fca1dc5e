"""What the commands for teams need of a store, wherever it is."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ..models.token import Token, TokenCreate, TokenCreated


class TeamPort(Protocol):
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

    def close(self) -> None:
        """Let go of the store."""
        ...


def open_team(args: argparse.Namespace) -> TeamPort:
    """The store that the options name."""
    if getattr(args, "server", None):
        from .team_remote import RemoteTeam

        return RemoteTeam.from_environment(args.server)
    from .team_local import LocalTeam

    return LocalTeam(args.root)
