"""Addresses that lead to the machine itself: no stranger's file may send us there."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from .channels import ChannelConfig, canonical, resolve_channels


def configured_places(config: ChannelConfig, more: Iterable[str] = ()) -> tuple[str, ...]:
    """What URLs begin with that the administrator has named: they may lie anywhere."""
    mirrors = [*config.mirrors, *(url for urls in config.mirrors.values() for url in urls)]
    urls = [*resolve_channels([], config), *map(canonical, [config.alias, *mirrors, *more])]
    return tuple(f"{url}/" for url in urls)


def own_address(url: str) -> str | None:
    """What of the machine itself *url* leads to, in words; ``None`` where it leads elsewhere."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return "a file of the machine that builds"
    host = (parts.hostname or "").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return "the machine that builds"
    try:
        address = ipaddress.ip_address(_dotted(host))
    except ValueError:
        return None
    inner = getattr(address, "ipv4_mapped", None) or address
    if inner.is_loopback or inner.is_unspecified:
        return "the machine that builds"
    return "the network of the machine that builds" if inner.is_link_local else None


def _dotted(host: str) -> str:
    """*host* as resolvers read it: ``127.1`` and ``0x7f000001`` are IPv4 addresses, too."""
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeEncodeError):
        return host
