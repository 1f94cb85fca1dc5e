"""What teams do, in the store on this machine."""

from __future__ import annotations

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
