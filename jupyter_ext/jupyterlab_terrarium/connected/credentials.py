"""Which token goes to the team store: the visitor's own, or the server's for background work."""

from __future__ import annotations

import os
from typing import Any

from .address import StoreAddress

TOKEN_VARIABLE = "TERRARIUM_STORE_TOKEN"


def background_token(address: StoreAddress) -> str:
    """The server's own token: the hub's, or the one that its owner has set. Empty: none is needed.

    A Unix socket needs none: the system says who calls.
    """
    if address.unix is not None:
        return ""
    return os.environ.get(TOKEN_VARIABLE) or os.environ.get("JUPYTERHUB_API_TOKEN", "")


def visitor_token(address: StoreAddress, handler: Any) -> str:
    """The token of whoever sends the request that *handler* answers.

    On a hub it is theirs, so that they can do at the store what they may, also on a server that
    is somebody else's. A plain server is one person's. The Jupyter server's own token, and its
    cookies, stay here.
    """
    if address.unix is not None:
        return ""
    hub = getattr(handler.identity_provider, "hub_auth", None)
    if hub is None:
        return os.environ.get(TOKEN_VARIABLE, "")
    return str(hub.get_token(handler) or "")
