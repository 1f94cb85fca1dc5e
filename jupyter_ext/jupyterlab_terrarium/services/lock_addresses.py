"""Where a lock that somebody brings may have its package files fetched from.

A specification names channels; a lock names files, and whoever made it is often not who uses it.
So the files and the own addresses of the machine that builds are no place for them, unless the
administrator has made them one.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from ..conda.channels import canonical, resolve_channels
from ..conda.kept_files import KeptFiles
from ..conda.specification.text import shown
from ..models.lock import Lock
from ..models.problem import Finding, InvalidLock
from .context import ServiceContext


def require_addresses(context: ServiceContext, lock: Lock) -> None:
    """Raise :class:`InvalidLock` for package files that lie on the building machine itself.

    Those of the store's own channels may, and those that the store has already.
    """
    allowed: tuple[str, ...] | None = None
    kept = KeptFiles(context.layout.blobs, context.layout.trash, keep=True)
    for part in lock.platforms:
        for package in part.files:
            why = _own_address(package.url)
            if why is None:
                continue
            allowed = allowed or _allowed(context)
            if package.url.startswith(allowed) or kept.find(package.sha256) is not None:
                continue
            message = f"{package.name} for {part.platform} is to be fetched from {why}"
            hint = (
                "Ask for a lockfile with addresses that others reach; or have the administrator "
                "of the store add the channel to `TerrariumSettings.default_channels`."
            )
            finding = Finding(message=f"{message}: {shown(package.url)}", hint=hint)
            raise InvalidLock(f"The lockfile is refused: {finding.message}.", hint, [finding])


def _allowed(context: ServiceContext) -> tuple[str, ...]:
    config = context.channels
    mirrors = [*config.mirrors, *(url for urls in config.mirrors.values() for url in urls)]
    urls = [*resolve_channels([], config), *map(canonical, mirrors)]
    urls += map(canonical, context.policy.private_channels)
    return tuple(f"{url}/" for url in [*urls, context.layout.wheels.absolute().as_uri()])


def _own_address(url: str) -> str | None:
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
