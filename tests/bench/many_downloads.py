"""Clients that download: ``many_downloads.py SOCKET COUNT SECONDS SIZE PIECE PATH``, as a program.

One process with raw sockets that reads and throws away, so that it costs the machine little. With a
PIECE of 0 each asks once for the whole file of SIZE bytes, else for one piece after the other,
anywhere in it. Prints JSON: ``bytes`` that came, whole ``answers``, ``wrong`` status lines.
"""

from __future__ import annotations

import json
import random
import selectors
import socket
import sys
import time
from dataclasses import dataclass, field

_BUFFER = 1 << 20
_HEAD = 1 << 16


@dataclass
class Client:
    """One connection; ``left`` bytes of its answer are to come, ``None``: its head as well."""

    place: str
    path: str
    size: int
    piece: int
    chance: random.Random
    wrong: list[str] = field(default_factory=list)
    came: int = 0
    answers: int = 0
    left: int | None = None
    head: bytes = b""

    def __post_init__(self) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(self.place)

    def ask(self) -> None:
        """Send the request for the file, or for the next piece."""
        lines = [f"GET {self.path} HTTP/1.1", "Host: store"]
        self.expected, self.status = self.size, "200"
        if self.piece:
            first = self.chance.randrange(self.size - self.piece)
            lines.append(f"Range: bytes={first}-{first + self.piece - 1}")
            self.expected, self.status = self.piece, "206"
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self.left, self.head = None, b""

    def take(self, buffer: memoryview) -> bool:
        """Read what has come; whether more is to come of this answer."""
        count = self.socket.recv_into(buffer, _HEAD if self.left is None else 0)
        if not count:
            self.wrong.append(f"it ended early, {self.left} bytes are missing")
            return False
        if self.left is None:
            self.head += bytes(buffer[:count])
            head, end, rest = self.head.partition(b"\r\n\r\n")
            if not end:
                return True
            line = head.split(b"\r\n", 1)[0].decode("latin-1")
            if line.split(" ")[1] != self.status:
                self.wrong.append(line)
                return False
            self.left, count = self.expected, len(rest)
        self.left -= count
        self.came += count
        self.answers += not self.left
        return self.left > 0


def main(place: str, number: int, seconds: float, size: int, piece: int, path: str) -> None:
    """Download for *seconds* at most, print what came."""
    end = time.monotonic() + seconds
    buffer = memoryview(bytearray(_BUFFER))
    waiting = selectors.DefaultSelector()
    clients = [Client(place, path, size, piece, random.Random(number)) for number in range(number)]
    for client in clients:
        waiting.register(client.socket, selectors.EVENT_READ, client)
        client.ask()
    while waiting.get_map() and time.monotonic() < end:
        for key, _ in waiting.select(1.0):
            client = key.data
            if client.take(buffer):
                continue
            if piece and not client.wrong:
                client.ask()
            else:
                waiting.unregister(client.socket)
    print(
        json.dumps(
            {
                "bytes": sum(client.came for client in clients),
                "answers": sum(client.answers for client in clients),
                "wrong": [line for client in clients for line in client.wrong],
                "least": min(client.came for client in clients),
            }
        )
    )


if __name__ == "__main__":
    main(
        sys.argv[1],
        int(sys.argv[2]),
        float(sys.argv[3]),
        int(sys.argv[4]),
        int(sys.argv[5]),
        sys.argv[6],
    )
