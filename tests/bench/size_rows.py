"""What must not depend on the size of an environment: rolling back, copying, a known lock."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import count
from statistics import median

from bench import measure
from bench.rows import Bench, Row
from support.servers import JupyterProcess

SMALL = "dependencies:\n  - terrarium-data\n"
#: Seconds within which two medians are the same, whatever their ratio.
_NOISE = 0.005


def sizes(bench: Bench) -> list[Row]:
    """The same calls on a small environment and on one of some ten thousand files."""
    with bench.server("sizes") as server:
        specifications = {"small": SMALL, "large": measure.specification("sizes")}
        for name, text in specifications.items():
            _build(server, name, text)
            _version(server, name, text + "# the second version\n")
        counter = count()
        calls: dict[str, Callable[[str], float]] = {
            "roll back": lambda name: _roll_back(server, name, next(counter)),
            "copy": lambda name: _post(
                server,
                f"environments/{measure.namespace(server)}/{name}/copies",
                {"name": f"copy-{next(counter)}"},
            ),
            "known lock, request to *ready*": lambda name: _build(
                server, f"again-{next(counter)}", specifications[name]
            ),
        }
        rows = []
        for what, call in calls.items():
            samples: dict[str, list[float]] = {"small": [], "large": []}
            for number in range(2 * bench.rounds + 1):
                for name, found in samples.items():
                    found += [call(name)][: 1 if number else 0]
            rows.append(_row(what, median(samples["large"]), median(samples["small"])))
    return rows


def _row(what: str, large: float, small: float) -> Row:
    return Row(
        f"{what}: a large environment against a small one",
        f"{large * 1000:.1f} ms / {small * 1000:.1f} ms = {large / small:.2f}x",
        "at most 1.3x, or 5 ms more",
        large <= max(1.3 * small, small + _NOISE),
    )


def _post(server: JupyterProcess, path: str, body: dict[str, object]) -> float:
    started = time.monotonic()
    answer = server.client.post(path, body)
    seconds = time.monotonic() - started
    assert answer.status in (200, 201), answer.body
    return seconds


def _roll_back(server: JupyterProcess, name: str, turn: int) -> float:
    path = f"environments/{measure.namespace(server)}/{name}"
    started = time.monotonic()
    answer = server.client.request("PATCH", path, {"current": 1 + turn // 2 % 2})
    seconds = time.monotonic() - started
    assert answer.status == 200, answer.body
    return seconds


def _build(server: JupyterProcess, name: str, text: str) -> float:
    return measure.ready(server, "environments", {"name": name, "specification": text})


def _version(server: JupyterProcess, name: str, text: str) -> float:
    path = f"environments/{measure.namespace(server)}/{name}/versions"
    return measure.ready(server, path, {"specification": text})
