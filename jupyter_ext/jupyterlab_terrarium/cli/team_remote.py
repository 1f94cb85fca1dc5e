"""What teams do, by the REST API of a server."""

from __future__ import annotations

from ..models.problem import InvalidRequest
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
