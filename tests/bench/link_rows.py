"""From *Use as kernel* to the kernel in the list, and to its first output, with a team store."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from bench import measure
from bench.rows import Bench, Row, ratio_row
from support.served import API, ServedProcess
from support.servers import JupyterProcess


def use_as_kernel(bench: Bench) -> list[Row]:
    """A colleague's environment whose prefix this machine can read, in a connected session."""
    store = ServedProcess(bench.work / "lent", bench.channel, "--without-sandbox").start()
    home = bench.work / "lent-session"
    session = JupyterProcess(
        home, home / "root", bench.channel, f"--TerrariumSettings.store_url={store.url}"
    )
    built, listed, plain, ours = [], [], [], []
    try:
        session.start()
        store.request("POST", f"{API}namespaces", {"name": "lent"})
        # The first one fetches the package files.
        for number in range(max(3, bench.rounds) + 1):
            name, seconds = _build(store, number)
            used = _use(session, name)
            if number:
                built.append(seconds)
                listed.append(used)
        kernel = _environment(store, name)["kernels"][0]["name"]
        installed = session.data / "kernels"
        bare = _plain_kernel(home / "plain", _prefix(store, name))
        for number in range(max(5, bench.rounds) + 1):
            seconds = measure.seconds_to_output(bare, "plain", "print(1)")
            again = measure.seconds_to_output(installed, kernel, "print(1)")
            if number:
                plain.append(seconds)
                ours.append(again)
    finally:
        session.stop()
        store.stop()
    one, other = median(listed), median(built)
    return [
        Row(
            "from *Use as kernel* to the kernel listed (prefix of the team store readable), "
            "against a fresh build",
            f"{one:.3f} s / {other:.3f} s = {one / other:.2f}x",
            "under 0.25x",
            one < other / 4,
        ),
        ratio_row(
            "from its start to its first output, against a plain kernel of that prefix",
            ours,
            plain,
            1.3,
        ),
    ]


def _environment(store: ServedProcess, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(store.request("GET", f"{API}environments/lent/{name}").body)
    return found


def _build(store: ServedProcess, number: int) -> tuple[str, float]:
    """A lock of its own; the name, and seconds from the request to the kernel."""
    name = f"lent-{number}"
    text = measure.specification(f"lent-{number}")
    started = time.monotonic()
    made = store.request(
        "POST",
        f"{API}environments",
        {"namespace": "lent", "name": name, "specification": text},
    )
    assert made.status == 201, made.body
    while not _environment(store, name)["kernels"]:
        time.sleep(0.01)
    return name, time.monotonic() - started


def _use(session: JupyterProcess, name: str) -> float:
    """Seconds from the request to the kernel in Jupyter's own list."""
    site = replace(session.client, url=session.client.url.partition("/terrarium/")[0])
    started = time.monotonic()
    answer = session.client.request("PUT", f"local/environments/lent/{name}", {})
    assert answer.status == 200, answer.body
    while True:
        titles = site.get("/api/kernelspecs").json["kernelspecs"].values()
        if any(name in one["spec"]["display_name"] for one in titles):
            return time.monotonic() - started
        time.sleep(0.01)


def _prefix(store: ServedProcess, name: str) -> Path:
    return (store.root / "envs" / "lent" / "envs" / name).resolve()


def _plain_kernel(directory: Path, prefix: Path) -> Path:
    """A directory of kernels with one called `plain`: Jupyter's own way to run *prefix*."""
    spec = {
        "argv": [
            str(prefix / "bin" / "python"),
            *("-m", "ipykernel_launcher", "-f", "{connection_file}"),
        ],
        "display_name": "plain",
        "language": "python",
    }
    (directory / "plain").mkdir(parents=True)
    (directory / "plain" / "kernel.json").write_text(json.dumps(spec))
    return directory
