"""Host adapter for pages that people open in a browser: who looks, and the way to log in.

On a hub a page is opened with the hub's login (OAuth with PKCE, its state and the session in
cookies signed with a kept secret). What a page shows depends on the visitor; nothing that changes
anything is done for a cookie without its XSRF token.
"""

from __future__ import annotations

from typing import Any

from jupyterhub.services.auth import HubOAuthCallbackHandler, HubOAuthenticated
from tornado.web import RequestHandler

from ..access.principals import Principal
from .hub import Hub

HUB = "terrarium_hub"


class HubPage(HubOAuthenticated, RequestHandler):
    """A page whose visitor is a user of the hub, or nobody yet."""

    async def visitor(self) -> Principal | None:
        """The user who is logged in, ``None`` when nobody is.

        The hub is asked without blocking the event loop. Raises :class:`Forbidden` when it does
        not let the user use this store.
        """
        hub: Hub = self.settings[HUB]
        model: dict[str, Any] | None = await self.hub_auth.get_user(self, sync=False)
        return None if model is None else hub.permitted(model)

    def log_in(self) -> None:
        """Send the browser to the hub's login; it comes back to this page."""
        self.redirect(self.get_login_url())


def callback(base_url: str) -> list[tuple[str, Any]]:
    """The route to which the hub sends a browser after its login."""
    return [(base_url + "oauth_callback", HubOAuthCallbackHandler)]
