"""Builds against a bare py-rattler process, first kernel starts, the event loop meanwhile."""

from __future__ import annotations

import os
from statistics import median

from bench import measure
from bench.rows import Bench, Row, percentile, ratio_row


def builds(bench: Bench) -> list[Row]:
    """New and known locks, kernel starts, and how late the event loop is under load."""
    probe = bench.work / "loop.txt"
    probe.touch()
    os.environ["TERRARIUM_LOOP_PROBE"] = str(probe)
    bare: list[float] = []
    new: list[float] = []
    known: list[float] = []
    first: list[float] = []
    later: list[float] = []
    with bench.server(
        "builds",
        "--TerrariumSettings.pool_size=4",
        extensions=("jupyterlab_terrarium", "bench.loop_probe"),
    ) as server:
        cache = bench.work / "cache"
        measure.bare_rattler(bench.channel, cache, bench.work / "bare-warm")
        measure.build(server, "warm", "warm")
        for number in range(bench.rounds):
            prefix = bench.work / f"bare-{number}"
            bare.append(measure.bare_rattler(bench.channel, cache, prefix))
            new.append(measure.build(server, f"new-{number}", str(number)))
            known.append(measure.build(server, f"known-{number}", str(number)))
            first.append(measure.kernel_start(server, f"new-{number}"))
            later.append(measure.kernel_start(server, f"new-{number}"))
        delays = measure.loop_delay(server, probe, [f"load-{n}" for n in range(4)])
    p99 = percentile(delays, 0.99)
    return [
        Row("bare py-rattler process: solve and link", f"{median(bare):.3f} s", "baseline", True),
        ratio_row("new lock, request to *ready*, against the baseline", new, bare, 3),
        ratio_row("known lock, request to *ready*, against the baseline", known, bare, 0.2),
        ratio_row("first kernel start in a new prefix, against a later one", first, later, 1.3),
        Row(
            f"event loop delay while 4 builds run, p99 of {len(delays)} samples",
            f"{p99 * 1000:.1f} ms",
            "under 25 ms",
            p99 < 0.025,
        ),
    ]


def first_answer(bench: Bench) -> list[Row]:
    """What the extension adds to the start of a Jupyter server."""
    with_it, without = bench.work / "api-with", bench.work / "api-without"
    samples: tuple[list[float], list[float]] = ([], [])
    for _ in range(bench.rounds + 1):
        samples[0].append(measure.first_answer(without, extension=False))
        samples[1].append(measure.first_answer(with_it, extension=True))
    # The very first of each compiles byte code and makes the store.
    base, ours = median(samples[0][1:]), median(samples[1][1:])
    return [
        Row(
            "first answer of `GET /api`, with the extension against without",
            f"{ours:.3f} s - {base:.3f} s = {ours - base:.3f} s",
            "under 0.3 s",
            ours - base < 0.3,
        )
    ]
