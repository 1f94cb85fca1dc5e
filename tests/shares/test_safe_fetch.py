"""Links of other servers are no way into this network (C3.5, C6.4)."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence

import pytest

from jupyterlab_terrarium.models.problem import Forbidden, InvalidRequest, LinkUnreachable
from jupyterlab_terrarium.services import safe_fetch
from jupyterlab_terrarium.services.safe_fetch import SafeFetch, is_public

PUBLIC = "93.184.215.14"
ORIGINS = ("http://store.example", "http://other.example", "http://[2606:2800:21f::1]")


class Internet:
    """Names, and hosts that answer once for each connection; notes who was connected to."""

    def __init__(self, answers: dict[str, bytes | Callable[[socket.socket], None]]) -> None:
        self.names: dict[str, list[Sequence[str]]] = {}
        self.answers = answers
        self.connected: list[str] = []

    def resolve(self, host: str, port: int) -> Sequence[str]:
        """The next answer for *host*; the last one again."""
        found = self.names.get(host, [[PUBLIC]])
        return found.pop(0) if len(found) > 1 else found[0]

    def connect(self, address: str, port: int, timeout: float) -> socket.socket:
        """A connection to whoever answers at *address*."""
        self.connected.append(address)
        ours, theirs = socket.socketpair()
        ours.settimeout(timeout)
        answer = self.answers[address]

        def speak() -> None:
            theirs.recv(65_536)
            if callable(answer):
                answer(theirs)
            else:
                theirs.sendall(answer)
            theirs.close()

        threading.Thread(target=speak, daemon=True).start()
        return ours

    def fetch(self, origins: Sequence[str] = ORIGINS) -> SafeFetch:
        """A fetch that sees this internet only."""
        return SafeFetch(origins, resolve=self.resolve, connect=self.connect)


def ok(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def moved(to: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


def test_a_public_host_is_fetched_at_the_address_that_was_checked() -> None:
    net = Internet({PUBLIC: ok("grüße".encode())})
    assert net.fetch().text("http://store.example/s/x") == "grüße"
    assert net.connected == [PUBLIC]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.0.0.5",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "ff02::1",
        "not an address",
    ],
)
def test_a_name_that_leads_inside_is_not_followed(address: str) -> None:
    assert not is_public(address)
    for found in ([address], [PUBLIC, address]):
        net = Internet({PUBLIC: ok(b"x"), address: ok(b"secret")})
        net.names["store.example"] = [found]
        with pytest.raises(LinkUnreachable):
            net.fetch().text("http://store.example/")
        assert net.connected == []


def test_a_name_that_changes_is_asked_once_for_each_connection() -> None:
    net = Internet({PUBLIC: moved("http://store.example/again"), "127.0.0.1": ok(b"secret")})
    net.names["store.example"] = [[PUBLIC], ["127.0.0.1"]]
    with pytest.raises(LinkUnreachable):
        net.fetch().text("http://store.example/")
    assert net.connected == [PUBLIC]


@pytest.mark.parametrize(
    "to",
    [
        "http://127.0.0.1/",
        "http://elsewhere.example/",
        "https://store.example:444/",
        "http://[::1]/",
    ],
)
def test_a_redirect_leads_to_permitted_origins_only(to: str) -> None:
    net = Internet({PUBLIC: moved(to), "127.0.0.1": ok(b"secret")})
    with pytest.raises(Forbidden):
        net.fetch().text("http://store.example/")
    assert net.connected == [PUBLIC]


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://store.example/", "gopher://x/"])
def test_a_redirect_leads_to_no_other_protocol(to: str) -> None:
    net = Internet({PUBLIC: moved(to)})
    with pytest.raises(InvalidRequest):
        net.fetch().text("http://store.example/")


def test_a_permitted_redirect_is_followed_but_not_for_ever() -> None:
    net = Internet({PUBLIC: moved("http://other.example/"), "1.1.1.1": ok(b"there")})
    net.names["other.example"] = [["1.1.1.1"]]
    assert net.fetch().text("http://store.example/") == "there"
    circle = Internet({PUBLIC: moved("/again")})
    with pytest.raises(LinkUnreachable, match="from one address to the next"):
        circle.fetch().text("http://store.example/")


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://anna:secret@store.example/",
        "http:///x",
        "http://store.example:0/",
        "http://store.example:99999/",
        "http://store.example/a b",
        "http://store.example/\r\nHost: x",
        "//store.example/",
        "",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    net = Internet({PUBLIC: ok(b"x")})
    with pytest.raises(InvalidRequest):
        net.fetch().text(url)
    assert net.connected == []


def test_policy_says_which_origins() -> None:
    net = Internet({PUBLIC: ok(b"x")})
    for origins in ((), ("https://*",), ("http://store.example:8080",)):
        with pytest.raises(Forbidden, match="does not fetch from"):
            net.fetch(origins).text("http://store.example/")
    assert net.connected == []


def test_too_much_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_fetch, "MAX_BYTES", 1000)
    net = Internet({PUBLIC: ok(b"x" * 1001)})
    with pytest.raises(LinkUnreachable, match="more than"):
        net.fetch().text("http://store.example/")


def test_who_trickles_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_fetch, "SECONDS", 0.3)
    done = threading.Event()

    def trickle(line: socket.socket) -> None:
        while not done.wait(0.05):
            try:
                line.sendall(b"H")
            except OSError:
                return

    net = Internet({PUBLIC: trickle})
    with pytest.raises(LinkUnreachable):
        net.fetch().text("http://store.example/")
    done.set()
