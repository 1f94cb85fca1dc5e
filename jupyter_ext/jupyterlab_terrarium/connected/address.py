"""Where the team store is that a Jupyter server is connected to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from ..api.routes import PREFIX
from ..models.problem import StoreUnusable


@dataclass(frozen=True)
class StoreAddress:
    """*url* as people know it; ``base`` (http, ends with the API's prefix) is what is asked.

    Over a Unix socket (*unix*) the host in ``base`` means nothing.
    """

    url: str
    base: str
    unix: Path | None = None


def parse(url: str) -> StoreAddress:
    """The address that is configured as *url*: http, https or ``unix:///path/of/socket``.

    Raises :class:`StoreUnusable` for anything else, and for a URL with a secret in it.
    """
    parts = urlsplit(url)
    hint = (
        "Set TerrariumSettings.store_url to for example https://hub.example.org/services/terrarium/"
    )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise StoreUnusable("the URL of the team store must hold no login and no query", hint)
    if parts.scheme == "unix" and not parts.netloc and parts.path.startswith("/"):
        return StoreAddress(url, "http://store/" + PREFIX, Path(parts.path))
    if parts.scheme in ("http", "https") and parts.hostname:
        path = parts.path.rstrip("/") + "/" + PREFIX
        return StoreAddress(url, urlunsplit((parts.scheme, parts.netloc, path, "", "")))
    raise StoreUnusable("the URL of the team store is none of http, https and unix", hint)
