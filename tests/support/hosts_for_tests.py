"""Parts that a server under test is configured with: an authorizer and an identity provider."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth import Authorizer, IdentityProvider, User


class ReadOnlyAuthorizer(Authorizer):
    """Permits reading, and says in the log what it was asked for."""

    def is_authorized(self, handler: Any, user: User, action: str, resource: str) -> bool:
        """Only ``read``."""
        self.log.warning("asked: %s %s", action, resource)
        return action == "read"


class HeaderIdentity(IdentityProvider):
    """A provider with real users: the header says who it is."""

    def get_user(self, handler: Any) -> User | None:
        """The user named by ``X-User``."""
        name = handler.request.headers.get("X-User")
        return User(username=name, display_name=name.title()) if name else None
