"""What is measured. Each function runs one sample and returns seconds."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from support.servers import JupyterProcess, free_port
from support.waiting import ENDED

PACKAGES = ["python", "ipykernel", "numpy", "pandas"]
HERE = Path(__file__).parent


def bare_rattler(channel: str, cache: Path, prefix: Path) -> float:
    """One process: start, solve, link."""
    started = time.monotonic()
    subprocess.run(
        [
            sys.executable,
            str(HERE / "bare_rattler.py"),
            channel,
            str(cache),
            str(prefix),
            *PACKAGES,
        ],
        check=True,
    )
    return time.monotonic() - started


def specification(variable: str) -> str:
    """The benchmark's packages; another *variable* gives another lock of the same packages."""
    lines = "".join(f"  - {package}\n" for package in PACKAGES)
    return f"dependencies:\n{lines}variables:\n  BENCH: '{variable}'\n"


def build(server: JupyterProcess, name: str, variable: str) -> float:
    """From the request of an environment of the benchmark's packages to *ready*."""
    body = {"name": name, "specification": specification(variable)}
    return ready(server, "environments", body)


def ready(server: JupyterProcess, path: str, body: dict[str, Any]) -> float:
    """From a request that starts a build to *ready*, as a client sees it by events."""
    client = server.client
    after = client.get("status").json["last_event"]
    started = time.monotonic()
    made = client.post(path, body)
    assert made.status == 201, made.body
    state = watch_build(server, made.json["build"], after)
    seconds = time.monotonic() - started
    assert state == "ready", client.get(f"builds/{made.json['build']['id']}").json
    return seconds


def watch_build(server: JupyterProcess, build: dict[str, Any], after: int) -> str:
    """The state in which *build* ends, learned from the events after *after*."""
    state = str(build["state"])
    while state not in ENDED:
        page = server.client.get(f"events?after={after}&wait=20").json
        after = page["last"]
        for event in page["events"]:
            if event["build"] == build["id"] and event["kind"] == "build-changed":
                state = str(event["data"]["state"])
    return state


def kernel_start(server: JupyterProcess, name: str) -> float:
    """From the start of the kernel process to the first answer."""
    kernel = server.client.get(f"environments/{namespace(server)}/{name}")
    kernel_name = str(kernel.json["kernels"][0]["name"])
    return seconds_to_output(server.data / "kernels", kernel_name, "import pandas")


def seconds_to_output(directory: Path, kernel_name: str, code: str) -> float:
    """From the start of a kernel of *directory* to the end of *code* in it."""
    manager = KernelManager(
        kernel_name=kernel_name,
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(directory)]),
    )
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    started = time.monotonic()
    manager.start_kernel(env=environment)
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    client.execute_interactive(code, timeout=60, output_hook=lambda message: None)
    seconds = time.monotonic() - started
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    return seconds


def namespace(server: JupyterProcess) -> str:
    """The caller's own namespace."""
    return str(server.client.get("status").json["namespace"])


def first_answer(home: Path, *, extension: bool) -> float:
    """From the start of a Jupyter server to the first answer of ``GET /api``."""
    home.mkdir(parents=True, exist_ok=True)
    port = free_port()
    environment = {
        **os.environ,
        "HOME": str(home),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [
        sys.executable,
        "-m",
        "jupyter_server",
        "--allow-root",
        "--no-browser",
        f"--port={port}",
        f"--ServerApp.root_dir={home}",
        f"--ServerApp.jpserver_extensions={{'jupyterlab_terrarium': {extension}}}",
        f"--TerrariumSettings.root={home / 'store'}",
    ]
    started = time.monotonic()
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=5):
                    return time.monotonic() - started
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.005)
    finally:
        process.terminate()
        process.wait()


def loop_delay(server: JupyterProcess, probe: Path, names: list[str]) -> list[float]:
    """Lateness of the event loop, seconds, while the builds *names* run at the same time."""
    client = server.client
    before = len(probe.read_text().splitlines())
    ids = []
    for name in names:
        made = client.post("environments", {"name": name, "specification": specification(name)})
        ids.append(made.json["build"]["id"])
    after = 0
    while any(client.get(f"builds/{build_id}").json["state"] not in ENDED for build_id in ids):
        after = client.get(f"events?after={after}&wait=2").json["last"]
    return [float(line) for line in probe.read_text().splitlines()[before:]]
