"""Whether a text is a URL: one answer for channels, indexes and wheels."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import unquote, urlsplit

_WORDS = {
    "invalid IPv6 address": "its host is not an IPv6 address",
    "invalid IPv4 address": "its host is not an IPv4 address",
    "invalid port number": "its port is not one",
    "empty host": "it names no host",
    "invalid international domain name": "its host has characters that none has",
}


@lru_cache(maxsize=1024)
def url_problem(url: str) -> str | None:
    """Why *url* cannot be used as one, in words; or None.

    It must be one to the solver's client (and uv, which reads URLs alike: WHATWG's URL standard)
    and to Python's library, because both get it.
    """
    from rattler import Channel
    from rattler.exceptions import InvalidChannelError

    if not url.isprintable() or "\0" in unquote(url):
        return "it holds characters that no URL has"
    try:
        # A slash, because `[...]` at the end of a channel names its platforms to rattler.
        Channel(url + "/")
        parts = urlsplit(url)
        # Python checks the port when it is asked for, and not before.
        _ = parts.port
        nowhere = parts.scheme != "file" and not parts.hostname
        return "it names no host" if nowhere else None
    except InvalidChannelError as error:
        reason = str(error).rpartition("Caused by: ")[2].strip()
        return _WORDS.get(reason, reason)
    except ValueError as error:
        return str(error)
