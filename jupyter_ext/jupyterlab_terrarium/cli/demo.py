"""``demo``: from an environment.yml to an executed notebook, through a real Jupyter server.

Every step says what it did and how long it took; the first that fails ends the demo.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from ..conda.channels import ChannelConfig, probe, resolve_channels
from ..models.build import Build
from ..models.environment import Environment, EnvironmentCreate, VersionCreate
from ..models.problem import InvalidRequest, NotFound
from . import texts
from .build import tell_result
from .console import Console
from .demo_server import DemoFailed, DemoServer, Home
from .exits import OK
from .names import read_source
from .notebook import Executed, NotebookFailed, execute_notebook
from .progress import Line, follow
from .remote import RemotePort
from .settings import load_settings

NAME = "analysis"
PROBE_SECONDS = 3.0
_PICKER_SECONDS = 5.0
_PANEL = "jupyterlab-terrarium"


class _Steps:
    """Numbers the steps and keeps their times."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self.times: list[tuple[str, float]] = []

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Announce a step, and afterwards how long it took."""
        number = len(self.times) + 1
        self._console.line(f"[{number}] {name}")
        started = time.monotonic()
        yield
        self.times.append((name, time.monotonic() - started))


def demo(args: argparse.Namespace, console: Console) -> int:
    """Run it, or end what an earlier one left running."""
    base = Path(args.home or ".terrarium").absolute()
    left = Home(base / "demo")
    if args.stop:
        stopped = DemoServer.stop_remembered(left)
        console.line("The demo's JupyterLab has ended." if stopped else "No demo is running.")
        return OK
    examples = Path(args.examples or "examples/analysis").absolute()
    for name in ("environment.yml", f"{NAME}.ipynb"):
        if not (examples / name).is_file():
            raise InvalidRequest(
                f"{examples / name} is not there", "Run the demo in a checkout, or give --examples."
            )
    console.file = str(examples / "environment.yml")
    if args.headless:
        return _headless(base, examples, console)
    DemoServer.stop_remembered(left)
    steps = _Steps(console)
    server = _start(left, steps, console)
    try:
        _use(server, left, examples, steps, console)
        _lay_out(server)
    except BaseException:
        server.stop()
        raise
    server.remember(left)
    console.line(f"\nJupyterLab is running:  {server.url}\nEnd it:  make demo-stop")
    return OK


def _headless(base: Path, examples: Path, console: Console) -> int:
    base.mkdir(parents=True, exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix="h-", dir=base))
    home = Home(directory)
    steps = _Steps(console)
    try:
        server = _start(home, steps, console)
        try:
            _use(server, home, examples, steps, console)
        finally:
            server.stop()
    except BaseException:
        if home.log.exists():
            shutil.copy(home.log, base / "demo-server.log")
            console.note(f"The server's log: {base / 'demo-server.log'}")
        raise
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    console.line("The server has ended; nothing is left running.")
    return OK


def _start(home: Home, steps: _Steps, console: Console) -> DemoServer:
    with steps.step("Choose a channel"):
        channels = _channels(console)
    with steps.step("Start JupyterLab"):
        server = DemoServer.start(home, channels)
        status = RemotePort(server.connection).status()
        console.line(f"    Terrarium {status.version} answers on port {server.port}")
    return server


def _channels(console: Console) -> list[str]:
    """The default channels when the first one answers; else a local one, under its own URL."""
    settings = load_settings()
    names: list[str] = list(settings.default_channels)
    mirrors: dict[str, list[str]] = dict(settings.mirrors)
    urls = resolve_channels(names, ChannelConfig(default_channels=names))
    first = mirrors.get(urls[0], [urls[0]])[0]
    if probe(first, PROBE_SECONDS):
        console.line(f"    {', '.join(names)}")
        return names
    console.line(
        f"    {names[0]} does not answer within {PROBE_SECONDS:.0f} s: "
        "using a local channel of real packages instead"
    )
    from ..conda.channel_maker.cached import ensure_cached_channel

    with Line() as line:
        local = ensure_cached_channel(progress=line.show).as_uri()
    console.line(f"    {local}")
    return [local]


def _use(server: DemoServer, home: Home, examples: Path, steps: _Steps, console: Console) -> None:
    """Build, find the kernel in the open session, execute."""
    shutil.copy(examples / "environment.yml", home.work)
    with steps.step("Build examples/analysis/environment.yml"):
        environment = _build(server, examples / "environment.yml", console)
        version = environment.current_version
        if version is None or version.prefix is None or not environment.kernels:
            raise DemoFailed("the environment is ready, but it has no kernel")
        found = f"{texts.count(version.packages, 'package')}, {texts.size(version.size)}"
        console.line(f"    {found} in {version.prefix}")
    kernel = environment.kernels[0]
    with steps.step("Find its kernel in the open session"):
        _wait_for_kernel(server, kernel.name)
        console.line(f"    {kernel.display_name} ({kernel.name})")
    with steps.step(f"Execute {NAME}.ipynb in it"):
        executed = _execute(server, examples, kernel.name)
        for line in executed.printed.splitlines():
            console.line(f"    | {line}")
        if Path(executed.prefix).resolve() != Path(version.prefix).resolve():
            raise DemoFailed(
                f"the notebook ran in {executed.prefix}, not in the environment's {version.prefix}"
            )
    console.line(f"\n{executed.cells} cells were executed; sys.prefix is {executed.prefix}")
    for line in texts.table(
        ("STEP", "SECONDS"), [(name, f"{taken:.1f}") for name, taken in steps.times]
    ):
        console.line("  " + line)


def _build(server: DemoServer, file: Path, console: Console) -> Environment:
    port = RemotePort(server.connection)
    text = read_source(str(file)).text
    namespace = port.status().namespace
    after = port.status().last_event
    build: Build | None
    try:
        there = port.environment(namespace, NAME)
        latest = there.latest_version
        if latest.specification_text == text and there.current == latest.number:
            console.line(f"    {namespace}/{NAME}@{latest.number} was built by an earlier demo")
            return there
        build = port.add_version(namespace, NAME, VersionCreate(specification=text)).build
    except NotFound:
        build = port.create(EnvironmentCreate(name=NAME, specification=text)).build
    if build is None:
        raise DemoFailed("the specification was accepted, but no build was queued")
    if tell_result(follow(port, build.id, after), console) != OK:
        raise DemoFailed("the environment could not be built")
    return port.environment(namespace, NAME)


def _wait_for_kernel(server: DemoServer, name: str) -> None:
    end = time.monotonic() + _PICKER_SECONDS
    while True:
        content = server.connection.request("GET", "api/kernelspecs")[1]
        if name in json.loads(content)["kernelspecs"]:
            return
        if time.monotonic() > end:
            raise DemoFailed(f"the server does not list the kernel {name}")
        time.sleep(0.1)


def _execute(server: DemoServer, examples: Path, kernel: str) -> Executed:
    notebook = f"{NAME}.ipynb"
    try:
        return execute_notebook(server.connection, examples / notebook, notebook, kernel)
    except NotebookFailed as error:
        print(error, file=sys.stderr)
        raise DemoFailed(f"{notebook} could not be executed") from None


def _lay_out(server: DemoServer) -> None:
    """JupyterLab's default workspace: the panel at the left, the notebook in the middle."""
    notebook = f"notebook:{NAME}.ipynb"
    layout = {
        "main": {
            "dock": {"type": "tab-area", "currentIndex": 0, "widgets": [notebook]},
            "current": notebook,
        },
        "left": {"collapsed": False, "visible": True, "current": _PANEL, "widgets": [_PANEL]},
        "relativeSizes": [0.28, 0.72, 0],
    }
    data = {
        "layout-restorer:data": layout,
        notebook: {"data": {"path": f"{NAME}.ipynb", "factory": "Notebook"}},
    }
    body = {"data": data, "metadata": {"id": "default"}}
    server.connection.request("PUT", "lab/api/workspaces/default", body)
