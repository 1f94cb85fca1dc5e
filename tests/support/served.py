"""A served store in a process of its own, and clients that speak to its Unix socket."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from .http import Answer

_ASK_AS = """
import os, sys, socket, http.client
os.setgroups([int(gid) for gid in sys.argv[4].split(",") if gid])
os.setgid(int(sys.argv[3])); os.setuid(int(sys.argv[2]))
class C(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX); self.sock.connect(sys.argv[1])
c = C("store"); c.request(sys.argv[5], sys.argv[6], sys.argv[7] or None)
a = c.getresponse(); sys.stdout.buffer.write(str(a.status).encode() + b"\\n" + a.read())
"""
API = "/terrarium/api/v1/"


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("store", timeout=60)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(str(self._path))


class ServedProcess:
    """``jupyter terrarium serve`` on a Unix socket, its account's files below *home*."""

    def __init__(
        self,
        home: Path,
        channel: str,
        *options: str,
        module: str = "jupyterlab_terrarium.cli",
        variables: dict[str, str] | None = None,
        base_url: str = "/",
    ) -> None:
        self._module = module
        self._health = f"{base_url}health"
        self._variables = variables or {}
        self.home = home
        self.root = home / "store"
        self.socket = home / "store.sock"
        self.log = home / "served.log"
        self._channel = channel
        self._options = options
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """What a Jupyter server is configured with."""
        return f"unix://{self.socket}"

    def start(self) -> ServedProcess:
        """Start, and wait until it is healthy."""
        self.home.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", self._module, "serve"]
        command += ["--root", str(self.root), "--socket", str(self.socket), *self._options]
        environment = {
            **os.environ,
            "HOME": str(self.home),
            "JUPYTERLAB_TERRARIUM_CHANNELS": self._channel,
            "JUPYTER_DATA_DIR": str(self.home / "data"),
            "JUPYTER_CONFIG_DIR": str(self.home / "config"),
            **self._variables,
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError(f"the store ended: {self.log.read_text()}")
            try:
                if self.request("GET", self._health).status == 200:
                    return self
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"the store does not answer: {self.log.read_text()}")

    def request(self, method: str, path: str, body: object = None) -> Answer:
        """An answer to this process's own user. *path* is absolute."""
        connection = _UnixConnection(self.socket)
        try:
            connection.request(method, path, None if body is None else json.dumps(body))
            answer = connection.getresponse()
            headers = {key.lower(): value for key, value in answer.getheaders()}
            return Answer(answer.status, headers, answer.read())
        finally:
            connection.close()

    def as_user(
        self, uid: int, gid: int, groups: list[int], method: str, path: str, body: object = None
    ) -> Answer:
        """An answer to a user of the system, below the API's prefix unless it is absolute."""
        text = "" if body is None else json.dumps(body)
        path = path if path.startswith("/") else API + path
        given = [str(self.socket), str(uid), str(gid), ",".join(map(str, groups)), method]
        done = subprocess.run(
            [
                sys.executable,
                "-I",
                "-c",
                _ASK_AS,
                *given,
                path if path.startswith("/") else API + path,
                text,
            ],
            capture_output=True,
            check=True,
            timeout=60,
        )
        status, _, content = done.stdout.partition(b"\n")
        return Answer(int(status), {}, content)

    def stop(self) -> int:
        """End politely; the exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=30)
        self.process = None
        return status
