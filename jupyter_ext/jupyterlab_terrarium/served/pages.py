"""Pages of a store that is a service of a hub, for browsers that are logged in there (HubOAuth).

Needs jupyterhub, so it is imported only where there is a hub.
https://jupyterhub.readthedocs.io/en/stable/reference/services.html
"""

from __future__ import annotations

import re
import secrets
from html import escape
from pathlib import Path
from typing import Any

from jupyterhub.services.auth import HubOAuthCallbackHandler, HubOAuthenticated
from tornado.web import RequestHandler

from ..access.principals import Principal
from ..api.plain_page import POLICY, document
from ..api.routes import PREFIX
from ..conda.files import write_atomically
from ..models.problem import TerrariumError
from .application import Pages, ServedHost
from .hub import Hub

_DOCUMENTATION = "https://jupyterlab-terrarium.readthedocs.io/"
_HUB = "terrarium_hub"
_SECRET_BYTES = 32


def cookie_secret(path: Path) -> bytes:
    """The secret that cookies are signed with, kept at *path*: a restart logs nobody out."""
    try:
        known = path.read_bytes()
    except FileNotFoundError:
        known = b""
    if len(known) == _SECRET_BYTES:
        return known
    made = secrets.token_bytes(_SECRET_BYTES)
    write_atomically(path, made, mode=0o600)
    return made


def _with_login(handler: type[RequestHandler], **members: Any) -> type[RequestHandler]:
    """*handler* with the hub's login and XSRF tokens, which belong to one login."""
    return type(handler.__name__ + "OfHub", (HubOAuthenticated, handler), members)


#: Runs handlers of the API: for tokens, and for browsers with the hub's login, which send the
#: value of the cookie ``_xsrf`` in the header ``X-XSRFToken`` with everything that changes.
HubHost = _with_login(ServedHost)


class HomePage(RequestHandler):
    """The store's root: who the visitor is, and where to go from here."""

    async def get(self) -> None:
        """Whoever is not logged in goes to the hub first, and comes back."""
        hub: Hub = self.settings[_HUB]
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "no-store")
        try:
            principal = await hub.principal(self)
        except TerrariumError as error:
            self.set_status(error.status)
            said = f"<p>{escape(error.message)}. {escape(error.hint)}</p>"
            await self.finish(document("Terrarium", "<h1>Terrarium</h1>", said))
            return
        if principal is None:
            self.redirect(self.get_login_url())
            return
        self.current_user = principal.user
        # Asking for it sets the cookie in which programs at this origin find it.
        token = self.xsrf_token.decode("ascii")
        await self.finish(_home(hub, principal, self.request.path, token))


async def _prepare(handler: RequestHandler) -> None:
    """The parent asks who is logged in already, and everybody would wait: so ask before."""
    hub: Hub = handler.settings[_HUB]
    handler.current_user = await hub.auth.get_user(handler, sync=False)


#: Where the hub sends a browser back to, with the code of its login (RFC 6749, PKCE).
LoginCallback: type[RequestHandler] = type(
    "LoginCallback", (HubOAuthCallbackHandler,), {"prepare": _prepare}
)


def _home(hub: Hub, principal: Principal, path: str, token: str) -> str:
    own = path.rstrip("/") + "/"
    links = (
        (hub.hub_page("user-redirect/lab"), "Your JupyterLab"),
        (hub.hub_page("home"), "Your servers"),
        (own + PREFIX + "environments", "Environments that you can see, as JSON"),
        (own + PREFIX + "openapi.json", "The API"),
        (_DOCUMENTATION, "Documentation"),
    )
    groups = ", ".join(sorted(principal.groups))
    return document(
        "Terrarium",
        f'<meta name="xsrf-token" content="{escape(token)}">',
        "<h1>Terrarium</h1>",
        f"<p>You are <strong>{escape(principal.user)}</strong>"
        + (f", in the groups {escape(groups)}" if groups else "")
        + (", and administer this store" if principal.administrator else "")
        + ".</p>",
        "<p>Environments are made, found and started in JupyterLab.</p>",
        "<ul>",
        *(f'<li><a href="{escape(url)}">{escape(name)}</a></li>' for url, name in links),
        "</ul>",
    )


def pages(hub: Hub, base_url: str, secret: Path) -> Pages:
    """The pages below *base_url*, which begins and ends with a slash.

    Where the *secret* of their cookies is kept must be there and be the store's alone.
    """
    literal = re.escape(base_url)
    return Pages(
        [(literal + "oauth_callback", LoginCallback), (literal + "?", _with_login(HomePage))],
        HubHost,
        {_HUB: hub, "cookie_secret": cookie_secret(secret)},
    )
