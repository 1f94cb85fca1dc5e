"""A wheel in an empty environment, without Node: does it install, is it found, does it answer?

``python .ci/check_wheel.py WHEEL``; exit status 1 and a sentence when something is missing.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

NAME = "jupyterlab-terrarium"
MODULE = "jupyterlab_terrarium"
TOKEN = "check-wheel"
START_SECONDS = 60
NODE_NAMES = ("node", "nodejs", "npm", "npx", "yarn", "jlpm", "corepack")


def check(holds: bool, what: str, output: str = "") -> None:
    """Say that *what* holds, or end with what was seen instead."""
    if not holds:
        sys.exit(f"FAILED: {what}\n{output}")
    print(f"  {what}")


class Installed:
    """A virtual environment with nothing but the wheel and what it asks for."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.bin = home / "venv" / "bin"
        tools = home / "tools"
        tools.mkdir(parents=True)
        for name in ("sh", "env", "uname"):
            for directory in ("/bin", "/usr/bin"):
                if Path(directory, name).exists() and not (tools / name).exists():
                    (tools / name).symlink_to(Path(directory, name))
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "PYTHON"))},
            "PATH": f"{self.bin}{os.pathsep}{tools}",
            "HOME": str(home / "home"),
            "VIRTUAL_ENV": str(home / "venv"),
        }
        (home / "home").mkdir()

    def run(self, *command: str) -> str:
        """Output and errors of a command of the environment; it must succeed."""
        done = subprocess.run(
            [str(self.bin / command[0]), *command[1:]],
            env=self.environment,
            cwd=self.home,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        check(done.returncode == 0, " ".join(command), done.stdout)
        return done.stdout

    def status(self) -> dict[str, object]:
        """Start a server and ask it for its status."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        log = (self.home / "server.log").open("w+")
        server = subprocess.Popen(
            [str(self.bin / "jupyter"), "lab", "--no-browser", "--allow-root", f"--port={port}",
             "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"],
            env=self.environment, cwd=self.home, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
        request = urllib.request.Request(f"http://127.0.0.1:{port}/terrarium/api/v1/status")
        request.add_header("Authorization", f"token {TOKEN}")
        try:
            end = time.monotonic() + START_SECONDS
            while True:
                try:
                    with urllib.request.urlopen(request, timeout=10) as answer:
                        status: dict[str, object] = json.load(answer)
                        return status
                except (urllib.error.URLError, ConnectionError) as error:
                    if server.poll() is not None or time.monotonic() > end:
                        log.seek(0)
                        sys.exit(f"FAILED: the server's status: {error}\n{log.read()}")
                    time.sleep(0.2)
        finally:
            server.terminate()
            server.wait(20)
            log.close()


def main(wheel: Path) -> None:
    """Install, then look from all sides."""
    with tempfile.TemporaryDirectory(prefix="terrarium-wheel-") as temporary:
        installed = Installed(Path(temporary))
        subprocess.run([sys.executable, "-m", "venv", str(installed.home / "venv")], check=True)
        installed.run("python", "-m", "pip", "install", "--quiet", str(wheel.absolute()))
        nodes = [name for name in NODE_NAMES if (installed.home / "tools" / name).exists()]
        check(not nodes, "there is no Node on the path", str(nodes))
        listed = installed.run("jupyter", "labextension", "list")
        found = [line for line in listed.splitlines() if NAME in line]
        check(bool(found) and "OK" in found[0], "JupyterLab lists the front end", listed)
        listed = installed.run("jupyter", "server", "extension", "list")
        found = [line for line in listed.splitlines() if MODULE in line]
        check(any("enabled" in line for line in found), "the server extension is enabled", listed)
        check(any("OK" in line for line in found), "the server extension can be loaded", listed)
        installed.run("jupyter", "terrarium", "--help")
        status = installed.status()
        check(bool(status.get("version")), f"a server answers: Terrarium {status.get('version')}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
