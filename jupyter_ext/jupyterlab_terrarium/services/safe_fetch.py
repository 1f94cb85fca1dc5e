"""Fetching what a stranger's link names, without becoming their way into this network.

Only origins that policy allows; only public addresses, checked after DNS and after each redirect
on the address that is then connected to; no proxy, cookie or credential; limits of size and time.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from ..models.problem import Forbidden, InvalidRequest, LinkUnreachable

MAX_BYTES = 8 * 1024 * 1024
SECONDS = 15.0
REDIRECTS = 3
_MOVED = (301, 302, 303, 307, 308)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_DEFAULT_PORTS = {"http": 80, "https": 443}

Resolve = Callable[[str, int], Sequence[str]]
Connect = Callable[[str, int, float], socket.socket]


def resolve(host: str, port: int) -> Sequence[str]:
    """Every address of *host*."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def connect(address: str, port: int, timeout: float) -> socket.socket:
    """A TCP connection to an address (no name)."""
    return socket.create_connection((address, port), timeout=timeout)


def is_public(address: str) -> bool:
    """Whether an address is one of the internet's, also where another is written into it."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast and not found.is_reserved


def origin(url: str) -> str:
    """``https://host:port`` of an address. Raises :class:`InvalidRequest` unless it is one."""
    return _origin(_parts(url))


@dataclass(frozen=True)
class SafeFetch:
    """Fetches from *origins*: exact ones, or ``https://*`` for every one with TLS."""

    origins: Sequence[str]
    resolve: Resolve = resolve
    connect: Connect = connect
    context: Callable[[], ssl.SSLContext] = ssl.create_default_context

    def text(self, url: str) -> str:
        """What *url* answers, as text of at most 8 MB.

        Raises :class:`Forbidden`, :class:`InvalidRequest` or :class:`LinkUnreachable`.
        """
        deadline = time.monotonic() + SECONDS
        for _ in range(REDIRECTS + 1):
            status, location, content = self._once(url, deadline)
            if status in _MOVED:
                url = urljoin(url, location)
                continue
            if status != 200:
                raise unreachable(f"it answers with status {status}")
            try:
                return content.decode("utf-8")
            except UnicodeDecodeError:
                raise unreachable("it answers with something that is no text") from None
        raise unreachable("it leads from one address to the next")

    def _once(self, url: str, deadline: float) -> tuple[int, str, bytes]:
        parts = _parts(url)
        self._permit(parts)
        port = parts.port or _DEFAULT_PORTS[parts.scheme]
        host = str(parts.hostname)
        line = self._line(host, port, parts.scheme == "https", deadline)
        # A timeout of the socket counts from each byte; this one ends it whatever trickles in.
        watch = threading.Timer(max(0.0, deadline - time.monotonic()), _end, [line])
        watch.daemon = True
        watch.start()
        try:
            return _get(line, parts)
        except (OSError, http.client.HTTPException, ValueError):
            raise unreachable("it does not answer as it should") from None
        finally:
            watch.cancel()
            line.close()

    def _permit(self, parts: SplitResult) -> None:
        found = _origin(parts)
        anywhere = parts.scheme == "https" and "https://*" in self.origins
        if not anywhere and found not in {one.rstrip("/").lower() for one in self.origins}:
            raise Forbidden(
                f"this server does not fetch from {found}",
                "Its administrator lists permitted origins in "
                "`TerrariumSettings.shared_link_origins`. You can open the link in your browser "
                "and import the file.",
            )

    def _line(self, host: str, port: int, tls: bool, deadline: float) -> socket.socket:
        try:
            addresses = list(dict.fromkeys(self.resolve(host, port)))
        except (OSError, UnicodeError):
            raise unreachable("its host is not known") from None
        if not addresses or not all(is_public(address) for address in addresses):
            # The same words as for a host that does not exist: this is no way to look around.
            raise unreachable("its host is not known")
        try:
            left = max(0.1, deadline - time.monotonic())
            plain = self.connect(addresses[0], port, left)
            return self.context().wrap_socket(plain, server_hostname=host) if tls else plain
        except (OSError, ssl.SSLError):
            raise unreachable("no connection could be made") from None


def _get(line: socket.socket, parts: SplitResult) -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port)
    connection.sock = line
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Host": parts.netloc, "Accept": "*/*", "Accept-Encoding": "identity"}
    connection.request("GET", path, headers={**headers, "User-Agent": "jupyterlab-terrarium"})
    answer = connection.getresponse()
    content = b"" if answer.status in _MOVED else answer.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise unreachable(f"it sends more than {MAX_BYTES / 1e6:.0f} MB")
    return answer.status, answer.headers.get("Location", ""), content


def _end(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        # It has ended by itself.
        return


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        good = parts.scheme in _DEFAULT_PORTS and parts.hostname and url.isascii()
        good = good and url.isprintable() and " " not in url and parts.port != 0
    except ValueError:
        good = False
    if not good or parts.username is not None or parts.password is not None:
        raise InvalidRequest(
            "this is not the address of a link", "It begins with https:// and has no password."
        )
    return parts


def _origin(parts: SplitResult) -> str:
    port = parts.port
    shown = "" if port is None or port == _DEFAULT_PORTS[parts.scheme] else f":{port}"
    host = str(parts.hostname)
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{shown}".lower()


def unreachable(reason: str) -> LinkUnreachable:
    """The link cannot be fetched, for *reason*."""
    return LinkUnreachable(
        f"the link could not be fetched: {reason}", "Open it in your browser, or ask for the file."
    )
