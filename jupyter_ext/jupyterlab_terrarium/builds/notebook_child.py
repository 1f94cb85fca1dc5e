"""Runs the cells of a notebook in the environment's own kernel, to the first that fails.

``python notebook_child.py CELLS PREFIX``: executed by the Python of the prefix, inside the
sandbox, so it imports nothing of ours. CELLS is a JSON list of texts. The kernel is reached
through sockets in the working directory, because there is no network. Exit status: 0 all cells
ran, 1 one failed and the last line says which, 2 there is no kernel.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_READY_SECONDS = 120


def main(cells: list[str], prefix: str) -> int:
    """Run it all; the exit status."""
    try:
        from jupyter_client.blocking.client import BlockingKernelClient
        from jupyter_client.connect import write_connection_file
    except ImportError:
        print("The environment has no Jupyter kernel; add one to it, e.g. `ipykernel`.")
        return 2
    directory = kernel_directory(prefix)
    if directory is None:
        print("The environment has no kernel; add one to it, e.g. `ipykernel`.")
        return 2
    connection, _ = write_connection_file(
        "kernel.json", ip="./kernel", transport="ipc", key=os.urandom(16).hex().encode()
    )
    kernel = start(directory, connection)
    threading.Thread(target=watch, args=(kernel,), daemon=True).start()
    client = BlockingKernelClient(connection_file=connection)
    client.load_connection_file()
    # No heartbeat: a busy machine would make it miss one. Its process tells whether it lives.
    client.start_channels(hb=False)
    try:
        if not ready(client):
            print(f"the kernel did not answer within {_READY_SECONDS} s")
            return 1
        for number, cell in enumerate(cells, start=1):
            reply = client.execute_interactive(cell, allow_stdin=False, output_hook=show)
            content = reply["content"]
            if content["status"] != "ok":
                what = f"{content.get('ename', 'error')}: {content.get('evalue', '')}"
                print(f"cell {number}: {what.splitlines()[0]}", flush=True)
                return 1
    finally:
        client.stop_channels()
        kernel.kill()
    return 0


def ready(client: Any) -> bool:
    """Whether the kernel answers, and what it publishes arrives here."""
    end = time.monotonic() + _READY_SECONDS
    while time.monotonic() < end:
        client.kernel_info()
        with contextlib.suppress(queue.Empty):
            client.get_shell_msg(timeout=1)
            client.get_iopub_msg(timeout=1)
            return True
    return False


def kernel_directory(prefix: str) -> Path | None:
    """The kernelspec of the prefix: Python's, or the first there is."""
    found = sorted(
        (Path(prefix) / "share" / "jupyter" / "kernels").glob("*/kernel.json"),
        key=lambda path: (path.parent.name != "python3", path.parent.name),
    )
    return found[0].parent if found else None


def start(directory: Path, connection: str) -> subprocess.Popen[bytes]:
    """The kernel's process, in our own group, so that it ends with us."""
    spec = json.loads((directory / "kernel.json").read_text("utf-8"))
    words = {"{connection_file}": connection, "{resource_dir}": str(directory)}
    argv = spec["argv"]
    for word, value in words.items():
        argv = [part.replace(word, value) for part in argv]
    return subprocess.Popen(argv, env={**os.environ, **spec.get("env", {})})


def watch(kernel: subprocess.Popen[bytes]) -> None:
    """A kernel that has died answers nothing: say so and end."""
    code = kernel.wait()
    print(f"the kernel ended while it ran a cell (status {code})", flush=True)
    os._exit(1)


def show(message: dict[str, Any]) -> None:
    """Print what a cell prints, shows and complains of."""
    content = message["content"]
    if message["msg_type"] == "stream":
        print(content["text"], end="", flush=True)
    elif message["msg_type"] in ("execute_result", "display_data"):
        print(content["data"].get("text/plain", ""), flush=True)
    elif message["msg_type"] == "error":
        print(_COLOUR.sub("", "\n".join(content["traceback"])), flush=True)


if __name__ == "__main__":
    status = main(json.loads(Path(sys.argv[1]).read_text("utf-8")), sys.argv[2])
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    os._exit(status)
