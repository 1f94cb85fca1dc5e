"""Host adapters: how a handler learns its principal and asks for permission.

Two hosts run the same handlers: jupyter_server (the extension), and a plain Tornado application
(the served store), which is given a function that tells who sends a request.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from jupyter_server.auth.identity import IdentityProvider, PasswordIdentityProvider
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import ensure_async
from tornado.web import RequestHandler

from ..access.principals import Principal, operating_system_user
from ..models.problem import Forbidden, Unauthenticated

WHO = "terrarium_who"
Who = Callable[[RequestHandler], Awaitable[Principal | None]]


class JupyterHost(APIHandler):
    """Runs a handler inside jupyter_server."""

    async def principal(self) -> Principal:
        """The user of the identity provider, or of the operating system on a plain server.

        A plain server's identity is a random anonymous name per browser: whoever holds its token is
        the person who started it.
        """
        user = self.current_user
        if user is None:
            raise Unauthenticated("this server wants a login", "Log in and try again.")
        provider = self.identity_provider
        if type(provider).get_user in (
            IdentityProvider.get_user,
            PasswordIdentityProvider.get_user,
        ):
            return operating_system_user()
        return Principal(user=user.username, display_name=user.display_name or user.username)

    async def authorise(self, action: str, resource: str) -> None:
        """Ask the server's authorizer with the explicit action and resource."""
        permitted = await ensure_async(
            self.authorizer.is_authorized(self, self.current_user, action, resource)
        )
        if not permitted:
            raise Forbidden(f"this server does not permit you to {action} {resource}")

    def send(self, content: bytes, media_type: str) -> None:
        """Finish with *content*; jupyter_server would call every API answer plain JSON."""
        self.finish(content, set_content_type=media_type)


class StandaloneHost(RequestHandler):
    """Runs a handler in a plain Tornado application; ``settings[WHO]`` tells who calls."""

    async def principal(self) -> Principal:
        """Whom the application's function recognises in the request."""
        who: Who = self.settings[WHO]
        found = await who(self)
        if found is None:
            raise Unauthenticated("this store wants a token", "Send a valid token.")
        return found

    def send(self, content: bytes, media_type: str) -> None:
        """Finish with *content*."""
        self.set_header("Content-Type", media_type)
        self.finish(content)

    async def authorise(self, action: str, resource: str) -> None:
        """Whoever is recognised may call; what they may do is decided by the services."""


def bind(handler: type[RequestHandler], host: type[RequestHandler]) -> type[RequestHandler]:
    """*handler* run by *host*: host first where it must speak, the handler for everything else."""
    members: dict[str, Any] = {
        name: getattr(host, name) for name in ("principal", "authorise", "send")
    }
    return type(f"{handler.__name__}On{host.__name__}", (handler, host), members)
