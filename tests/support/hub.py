"""A real JupyterHub: its proxy, a team store as its service, servers of users connected to it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import psutil

from jupyterlab_terrarium.api.routes import PREFIX

from .http import Client
from .servers import free_port

_PROXY = Path(__file__).parents[2] / "ui-tests/node_modules/.bin/configurable-http-proxy"
_ADMIN = "a-token-of-the-tests-own-service"
_GUIDE = Path(__file__).parents[2] / "docs/guide/team.md"


class Hub:
    """Everything of it lies below *home*; users are whoever is named.

    *lines* are added to its configuration; *port* is the proxy's, a free one by default.
    """

    def __init__(self, home: Path, channel: str, lines: str = "", port: int = 0) -> None:
        self.home = home
        self._lines = lines
        self.store_root = home / "store"
        self.log = home / "hub.log"
        self._channel = channel
        self._ports = [port or free_port(), *(free_port() for _ in range(4))]
        #: An external service that the tests start themselves.
        self.outside = {
            "name": "outside",
            "oauth_redirect_uri": f"http://127.0.0.1:{self._ports[4]}/oauth_callback",
            "api_token": "a-token-of-the-service-outside",
            "oauth_no_confirm": True,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._tokens: dict[str, str] = {}

    @property
    def url(self) -> str:
        """Where the proxy listens."""
        return f"http://127.0.0.1:{self._ports[0]}"

    @property
    def store_url(self) -> str:
        """The team store, as its users' servers reach it."""
        return f"http://127.0.0.1:{self._ports[3]}/services/terrarium/"

    def _guide(self) -> str:
        """What the guide tells to write, with the addresses of this hub."""
        found = re.search(r"```python\n(.*?)```", _GUIDE.read_text(), re.DOTALL)
        assert found is not None
        text = found[1].replace("/srv/terrarium", str(self.store_root))
        return text.replace("127.0.0.1:10100", f"127.0.0.1:{self._ports[3]}")

    def _configuration(self) -> str:
        _, hub, api, *_ = self._ports
        environment = {
            "JUPYTERLAB_TERRARIUM_CHANNELS": self._channel,
            "HOME": str(self.home / "service"),
            "JUPYTER_CONFIG_DIR": str(self.home / "service/config"),
        }
        role = {
            "name": "tests",
            "services": ["tests"],
            "scopes": ["admin:users", "admin:servers", "tokens", "admin:groups"],
        }
        enabled = "--ServerApp.jpserver_extensions=jupyterlab_terrarium=True"
        return f"""
{self._guide()}
c.JupyterHub.services[0]["environment"] = {environment!r}
c.JupyterHub.services.append({{"name": "tests", "api_token": {_ADMIN!r}}})
c.JupyterHub.services.append({self.outside!r})
c.JupyterHub.load_roles[0]["scopes"].append("access:services!service=outside")
c.JupyterHub.load_roles.append({role!r})
c.Spawner.args += ["--allow-root", {enabled!r}]
c.JupyterHub.bind_url = {self.url!r}
c.JupyterHub.hub_port = {hub}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.ConfigurableHTTPProxy.command = [{shutil.which("node")!r}, {str(_PROXY.resolve())!r}]
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "jupyterhub.spawner.SimpleLocalProcessSpawner"
c.SimpleLocalProcessSpawner.home_dir_template = {str(self.home / "homes")!r} + "/{{username}}"
c.Spawner.cmd = [{sys.executable!r}, "-m", "jupyterhub.singleuser"]
c.Spawner.environment = {{"JUPYTERLAB_TERRARIUM_CHANNELS": {self._channel!r}}}
c.Spawner.http_timeout = c.Spawner.start_timeout = 120
{self._lines}
"""

    def start(self) -> Hub:
        """Start, and wait until the hub and the store answer through the proxy."""
        assert _PROXY.exists(), "the hub's proxy is missing: make ui-tests/node_modules/.stamp"
        (self.home / "homes").mkdir(parents=True)
        (self.home / "service").mkdir()
        (self.home / "jupyterhub_config.py").write_text(self._configuration())
        environment = {
            key: value for key, value in os.environ.items() if not key.startswith("JUPYTER")
        }
        environment["PYTHONPATH"] = ""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub"],
                cwd=self.home,
                env=environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        self.wait_for_store()
        return self

    def wait_for_store(self, seconds: float = 90) -> None:
        """Until hub and store answer behind the proxy, which learns of them one after the other."""
        for url in (f"{self.url}/hub/api/", self.store_url + "health"):
            self._wait_for(url, seconds)

    def _wait_for(self, url: str, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert self._process is not None
            if self._process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(url, timeout=10) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.1)
        raise AssertionError(f"{url} does not answer: {self.log.read_text()[-6000:]}")

    def api(self, method: str, path: str, body: object = None) -> Any:
        """Ask the hub's REST API as an administrator."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/hub/api/{path}", data, method=method)
        request.add_header("Authorization", f"token {_ADMIN}")
        with urllib.request.urlopen(request, timeout=60) as answer:
            content = answer.read()
        return json.loads(content) if content else None

    def token(self, user: str) -> str:
        """A token of *user*, who is made if there is none of that name."""
        if user not in self._tokens:
            try:
                self.api("POST", f"users/{user}")
            except urllib.error.HTTPError as error:
                assert error.code == 409, error
            self._tokens[user] = self.api("POST", f"users/{user}/tokens", {})["token"]
        return self._tokens[user]

    def store(self, user: str) -> Client:
        """The store's API, asked by *user* directly."""
        return Client(self.store_url + PREFIX, self.token(user))

    def server(self, user: str, seconds: float = 120) -> Client:
        """The API of the user's own Jupyter server, which is started."""
        token = self.token(user)
        self.api("POST", f"users/{user}/server", {})
        client = Client(f"{self.url}/user/{user}/{PREFIX}", token)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if client.get("status").status == 200:
                    return client
            except OSError:
                pass
            time.sleep(0.2)
        raise AssertionError(f"no server of {user}: {self.log.read_text()[-6000:]}")

    def restart_server(self, user: str) -> Client:
        """End the user's own Jupyter server, and start it again."""
        self.api("DELETE", f"users/{user}/server")
        end = time.monotonic() + 60
        while self.api("GET", f"users/{user}")["servers"]:
            assert time.monotonic() < end, f"the server of {user} does not end"
            time.sleep(0.1)
        return self.server(user)

    def jupyter(self, user: str, method: str, path: str, body: object = None) -> Any:
        """Ask Jupyter's own API on the user's server."""
        answer = Client(f"{self.url}/user/{user}/api/", self.token(user)).request(
            method, path, body
        )
        assert answer.status < 300, (answer.status, answer.body)
        return answer.json if answer.body else None

    def end_store(self) -> None:
        """End the store's process; the hub starts its service again."""
        for process in self._descendants():
            command = process.cmdline()
            if "jupyterlab_terrarium.cli" in command and "serve" in command:
                process.send_signal(signal.SIGTERM)
                process.wait(30)
                return
        raise AssertionError("the store does not run")

    def _descendants(self) -> list[psutil.Process]:
        assert self._process is not None
        return psutil.Process(self._process.pid).children(recursive=True)

    def stop(self) -> None:
        """End the hub and everything that it has started."""
        if self._process is None:
            return
        rest = self._descendants()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for process in psutil.wait_procs(rest, timeout=10)[1]:
            process.kill()
        self._process = None
