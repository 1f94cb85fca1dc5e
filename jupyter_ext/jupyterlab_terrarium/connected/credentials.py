"""Which token goes to the team store: the visitor's own, or the server's for background work."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_config_dir

from ..models.problem import StoreUnusable
from .address import StoreAddress

TOKEN_VARIABLE = "TERRARIUM_STORE_TOKEN"


def remembered(address: StoreAddress) -> str:
    """The token that `join` has put down for this store; empty: none."""
    return _read().get(address.base, "")


def remember(address: StoreAddress, token: str) -> None:
    """Put the token for this store down, in a file that only this user can read."""
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as new:
        # Such a file has mode 0600 from its first moment.
        json.dump({**_read(), address.base: token}, new)
    Path(new.name).replace(path)


def _file() -> Path:
    return Path(jupyter_config_dir()) / "terrarium-store-tokens.json"


def _read() -> dict[str, str]:
    try:
        found = json.loads(_file().read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError:
        raise StoreUnusable(
            f"{_file()} is damaged", "Remove it, and join the team store again."
        ) from None
    return {str(base): str(token) for base, token in dict(found).items()}


def background_token(address: StoreAddress) -> str:
    """The server's own token: the hub's, or the one that its owner has set. Empty: none is needed.

    A Unix socket needs none: the system says who calls.
    """
    if address.unix is not None:
        return ""
    return (
        os.environ.get(TOKEN_VARIABLE)
        or os.environ.get("JUPYTERHUB_API_TOKEN")
        or remembered(address)
    )


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
        return os.environ.get(TOKEN_VARIABLE) or remembered(address)
    return str(hub.get_token(handler) or "")
