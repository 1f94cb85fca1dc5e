"""Real kernels in real prefixes, through jupyter_client, nbconvert and papermill."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpecManager

from jupyterlab_terrarium.kernels import kernelspecs
from jupyterlab_terrarium.kernels.in_use import is_in_use
from jupyterlab_terrarium.kernels.registration import Pin

from .conftest import Built, Registered, make_registration
from .sessions import Session

Register = Callable[..., Registered]
Start = Callable[..., Session]
ENVIRON = "import os, site, sys; print(dict(os.environ, usersite=str(site.ENABLE_USER_SITE)))"
PREFIX = "import sys; print(sys.prefix)"


def test_a_kernel_runs_activated_in_its_prefix(
    built: Built, registered: Register, start: Start
) -> None:
    found = registered()
    session = start(found.name, PYTHONPATH="/elsewhere", PYTHONHOME="/elsewhere")
    assert session.run(PREFIX) == str(built.first.prefix)
    environ = ast.literal_eval(session.run(ENVIRON))
    assert environ["GREETING"] == "good morning, $HOME and 'all'"
    assert environ["TERRARIUM_ACTIVATED"] == "1"
    assert environ["TERRARIUM_DIGEST"] == built.first.digest
    assert environ["PATH"].startswith(f"{built.first.prefix}/bin:")
    assert environ["PYTHONNOUSERSITE"] == "1"
    assert environ["usersite"] == "False"
    assert not {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"} & environ.keys()


def test_a_kernel_of_another_language_runs(
    built: Built, registered: Register, start: Start
) -> None:
    session = start(registered("bash").name)
    assert session.run("echo $CONDA_PREFIX $GREETING") == (
        f"{built.first.prefix} good morning, $HOME and 'all'"
    )


def test_an_interrupt_reaches_the_kernel_itself(registered: Register, start: Start) -> None:
    session = start(registered().name)
    assert session.run("import os; print(os.getpid())") == str(session.pid)
    message = session.client.execute("print('begun', flush=True)\nimport time; time.sleep(60)")
    while session.client.get_iopub_msg(timeout=20)["msg_type"] != "stream":
        pass
    session.manager.interrupt_kernel()
    reply = session.client.get_shell_msg(timeout=20)
    assert reply["parent_header"]["msg_id"] == message
    assert reply["content"]["ename"] == "KeyboardInterrupt"


def test_restart_adopts_the_current_version_and_a_running_kernel_keeps_its_own(
    built: Built, registered: Register, start: Start
) -> None:
    found = registered()
    session = start(found.name)
    found.point(built.second)
    assert session.run(PREFIX) == str(built.first.prefix)
    late = "import sys, wave; print(wave.__file__.startswith(sys.prefix))"
    assert session.run(late) == "True"
    session.restart()
    assert session.run(PREFIX) == str(built.second.prefix)
    assert session.run("import os; print(os.environ.get('GREETING'))") == "None"


def test_a_prefix_is_in_use_while_a_kernel_runs(
    built: Built, registered: Register, start: Start
) -> None:
    session = start(registered(version=built.second).name)
    assert is_in_use(built.layout, built.second.digest)
    session.close()
    assert not is_in_use(built.layout, built.second.digest)


def test_a_pinned_version_runs_whatever_is_current(
    built: Built, registered: Register, start: Start
) -> None:
    found = registered(version=built.second)
    name = kernelspecs.mint_name(found.registration.environment, "x", "python3", 1)
    pinned = make_registration(built.root, found.registration.environment)
    pin = Pin(1, built.first.digest)
    shown = kernelspecs.register(replace(pinned, name=name, pin=pin))
    assert shown.display_name == f"{pinned.environment}@1 (Terrarium)"
    session = start(name)
    assert session.run(PREFIX) == str(built.first.prefix)
    assert session.run("import os; print(os.environ['TERRARIUM_VERSION'])") == "1"


def test_a_kernel_is_listed_right_after_registration(built: Built, registered: Register) -> None:
    manager = KernelSpecManager()
    manager.get_all_specs()
    found = registered()
    kernelspecs.unregister(found.name, root=built.root)
    assert found.name not in manager.get_all_specs()
    begin = time.perf_counter()
    kernelspecs.register(found.registration)
    written = time.perf_counter()
    specs = manager.get_all_specs()
    listed = time.perf_counter()
    print(f"register {(written - begin) * 1e3:.1f} ms, list {(listed - written) * 1e3:.1f} ms")
    spec = specs[found.name]["spec"]
    assert spec["display_name"] == f"{found.registration.environment} (Terrarium)"
    assert spec["language"] == "python"
    assert spec["metadata"]["debugger"] is True
    assert (Path(specs[found.name]["resource_dir"]) / "logo-64x64.png").is_file()


def notebook(path: Path, kernel: str) -> Path:
    """A notebook that prints the prefix it runs in."""
    cell = {"cell_type": "code", "source": PREFIX, "outputs": [], "metadata": {}}
    made = {
        "cells": [cell | {"execution_count": None, "id": "one"}],
        "metadata": {"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(made))
    return path


@pytest.mark.parametrize(
    "tool",
    [
        ["nbconvert", "--to", "notebook", "--execute", "{source}", "--output", "{result}"],
        ["papermill", "{source}", "{result}", "--no-progress-bar", "-k", "{kernel}"],
    ],
    ids=["nbconvert", "papermill"],
)
def test_tools_run_the_kernel_by_name(
    built: Built, registered: Register, tmp_path: Path, tool: list[str]
) -> None:
    kernel, result = registered().name, tmp_path / "result.ipynb"
    source = notebook(tmp_path / "source.ipynb", kernel if tool[0] == "nbconvert" else "none")
    values = {"source": str(source), "result": str(result), "kernel": kernel}
    command = [part.format(**values) for part in tool]
    done = subprocess.run(
        [sys.executable, "-m", *command], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    [cell] = json.loads(result.read_text())["cells"][-1:]
    assert "".join(cell["outputs"][0]["text"]).strip() == str(built.first.prefix)
