"""Host adapters: how a handler learns its principal and asks for permission.

Two hosts run the same handlers: jupyter_server (the extension), and a plain Tornado application
(the served store), which is given a function that tells who sends a request.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from jupyter_server.auth import User
from jupyter_server.auth.identity import IdentityProvider, PasswordIdentityProvider
from jupyter_server.base.call_context import CallContext
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import ensure_async
from tornado.web import HTTPError, RequestHandler

from ..access.principals import Principal, operating_system_user
from ..models.problem import Forbidden, Unauthenticated
from .bearer import bearer, principal_of

WHO = "terrarium_who"
Who = Callable[[RequestHandler], Awaitable[Principal | None]]


class JupyterHost(APIHandler):
    """Runs a handler inside jupyter_server."""

    async def prepare(self, *, _redirect_to_login: bool = True) -> None:
        """The server's own login, unless the request carries a token of the API.

        Then nothing else of it is looked at: no cookie makes it more than its token, so it needs
        no XSRF token. The host is checked all the same, and what it may do further down.
        """
        if bearer(self) is None:
            await super().prepare()
            return
        CallContext.set(CallContext.JUPYTER_HANDLER, self)
        self.current_user = self._jupyter_current_user = None
        if not self.check_host():
            raise HTTPError(403)
        self._token_authenticated = True
        self.set_cors_headers()
        if not self.check_origin():
            raise HTTPError(404)

    async def principal(self) -> Principal:
        """The user of a token, of the identity provider, or of the system on a plain server.

        A plain server's identity is a random anonymous name per browser: whoever holds its token is
        the person who started it.
        """
        known = await principal_of(self)
        if known is not None:
            self.current_user = User(username=known.user, display_name=known.display_name)
            return known
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
        """Whose token it carries, or whom the application's function recognises in it."""
        known = await principal_of(self)
        if known is not None:
            return known
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
