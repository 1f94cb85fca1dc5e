"""Users of a JupyterHub: the hub says whose a token is, and whether they may use this service.

https://jupyterhub.readthedocs.io/en/stable/reference/services.html
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

from tornado.web import HTTPError, RequestHandler

from ..access.principals import Principal
from ..models.away import StoreAway
from ..models.problem import Forbidden, StoreUnusable

CACHE_SECONDS = 30
SAFE = ("GET", "HEAD", "OPTIONS")
_log = logging.getLogger("jupyterlab_terrarium.served")


def is_service() -> bool:
    """Whether this process was started as, or is configured as, a service of a hub."""
    return bool(os.environ.get("JUPYTERHUB_SERVICE_NAME"))


def _require_xsrf(handler: RequestHandler) -> None:
    """Raise :class:`Forbidden` unless the request comes from a page of the same login."""
    # jupyterhub would ask the hub for it, and everybody would wait.
    handler.current_user = None
    try:
        handler.check_xsrf_cookie()
    except HTTPError:
        raise Forbidden(
            "the request does not carry the XSRF token of this login",
            "Send the value of the cookie `_xsrf` in the header X-XSRFToken.",
        ) from None


class Hub:
    """Asks the hub of this service. Raises :class:`StoreUnusable` when the set-up is incomplete."""

    def __init__(self, seen_file: Path) -> None:
        try:
            from jupyterhub.services.auth import HubOAuth
        except ImportError:
            raise StoreUnusable(
                "this store is a service of a JupyterHub, but jupyterhub is not installed here",
                "Run: pip install 'jupyterlab-terrarium[hub]'",
            ) from None
        if not os.environ.get("JUPYTERHUB_API_TOKEN"):
            raise StoreUnusable(
                "JUPYTERHUB_API_TOKEN is not set",
                "Start the store as a managed service of the hub, or set what the hub would: "
                "JUPYTERHUB_API_TOKEN, JUPYTERHUB_API_URL, JUPYTERHUB_SERVICE_NAME.",
            )
        self.name = os.environ.get("JUPYTERHUB_SERVICE_NAME", "terrarium")
        self.auth: Any = HubOAuth.instance(cache_max_age=CACHE_SECONDS)
        self._seen = seen_file
        self._told = False

    def check(self) -> None:
        """Say how users get access, unless one has been seen here who had it.

        A service cannot read the roles of its hub; so the first user settles the question.
        """
        if not self._seen.exists():
            self._tell("No user of the hub has used this store yet. They can when")

    def _tell(self, why: str) -> None:
        _log.warning("%s jupyterhub_config.py has these lines:\n%s", why, self.lines())

    async def principal(self, handler: RequestHandler) -> Principal | None:
        """Whose token the request carries in its ``Authorization`` header, else who is logged in.

        What changes something asks the hub anew: a token that was revoked, and a login that has
        ended, change nothing more. Raises :class:`Forbidden` when the hub does not let the user use
        this service, and for a change by a login without its XSRF token.
        """
        safe = handler.request.method in SAFE
        token = self.auth.get_token(handler, in_cookie=False)
        if not token and "cookie_secret" in handler.settings:
            token = self.auth.get_token(handler)
            if token and not safe:
                _require_xsrf(handler)
        if not token:
            return None
        session = self.auth.get_session_id(handler)
        try:
            model = await self.auth.user_for_token(
                token, use_cache=safe, session_id=session, sync=False
            )
        except HTTPError as error:
            raise StoreAway(
                f"the hub did not say who you are ({error.log_message or error.status_code})",
                "Try again in a moment; if it stays so, tell the administrator of the hub.",
            ) from None
        return None if model is None else self.permitted(model)

    def permitted(self, model: dict[str, Any]) -> Principal | None:
        """The user of a hub's user model when they may use this service.

        Services of the hub have no name and no environments: they are nobody here.
        """
        if model.get("kind") != "user":
            return None
        if not self.auth.check_scopes(self.auth.access_scopes, model):
            if not self._told:
                self._told = True
                self._tell("The hub did not let a user use this store. It does when")
            raise Forbidden(
                "the hub does not let you use the team store",
                f"The administrator of the hub must give the role 'user' the scope "
                f"'access:services!service={self.name}', also for the tokens of its servers.",
            )
        if not self._seen.exists():
            self._seen.touch()
        name = str(model["name"])
        return Principal(
            user=name,
            display_name=name,
            groups=frozenset(model.get("groups") or ()),
            administrator=bool(model.get("admin")),
        )

    def hub_page(self, path: str) -> str:
        """Address of a page of the hub, for links."""
        return f"{self.auth.hub_host}{self.auth.hub_prefix}{path}"

    def lines(self) -> str:
        """What must stand in ``jupyterhub_config.py`` so that users can use this service."""
        scope = f"access:services!service={self.name}"
        return f'''\
c.JupyterHub.load_roles = [
    # ... your other roles ...
    {{"name": "user", "scopes": ["self", "{scope}"]}},
]
# The visitor's own token, which the Jupyter server passes on:
c.Spawner.oauth_client_allowed_scopes = ["{scope}"]
# The server's own token, for kernels that appear while nobody looks:
c.Spawner.server_token_scopes = [
    "users:activity!user", "access:servers!server", "{scope}",
]
c.Spawner.args = ["--TerrariumSettings.store_url={self.public_url()}"]'''

    def public_url(self) -> str:
        """Where single-user servers reach this store, as far as the hub has told us."""
        return os.environ.get("JUPYTERHUB_SERVICE_URL", "http://127.0.0.1:10100").rstrip(
            "/"
        ) + os.environ.get("JUPYTERHUB_SERVICE_PREFIX", f"/services/{self.name}/")
