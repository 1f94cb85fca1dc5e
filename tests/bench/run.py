"""``make bench``: interleaved runs, medians, ratios; written to ``docs/benchmarks.md``.

Nothing is deleted while it measures: on ext4 creating files right after deleting many is slow.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import psutil

from bench import large_index, measure
from jupyterlab_terrarium.conda.channel_maker.cached import ensure_cached_channel
from support.servers import JupyterProcess

DOCS = Path(__file__).parents[2] / "docs" / "benchmarks.md"


def machine() -> str:
    """The machine in one line."""
    model = "unknown processor"
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = names[0].split(":", 1)[1].strip() if names else model
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}"
    )


def percentile(samples: list[float], share: float) -> float:
    """The sample below which *share* of the samples lie."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def run(rounds: int, work: Path) -> list[tuple[str, str, str, bool]]:
    """All measurements: rows of (what, measured, allowed, met)."""
    channel = ensure_cached_channel().as_uri()
    probe = work / "loop.txt"
    probe.touch()
    os.environ["TERRARIUM_LOOP_PROBE"] = str(probe)
    home = work / "home"
    server = JupyterProcess(
        home,
        home / "store",
        channel,
        "--TerrariumSettings.pool_size=4",
        extensions=("jupyterlab_terrarium", "bench.loop_probe"),
    )
    bare: list[float] = []
    new: list[float] = []
    known: list[float] = []
    first: list[float] = []
    later: list[float] = []
    without: list[float] = []
    with_it: list[float] = []
    server.start()
    try:
        measure.bare_rattler(channel, work / "cache", work / "bare-warm")
        measure.build(server, "warm", "warm")
        for number in range(rounds):
            bare.append(measure.bare_rattler(channel, work / "cache", work / f"bare-{number}"))
            new.append(measure.build(server, f"new-{number}", str(number)))
            known.append(measure.build(server, f"known-{number}", str(number)))
            first.append(measure.kernel_start(server, f"new-{number}"))
            later.append(measure.kernel_start(server, f"new-{number}"))
        delays = measure.loop_delay(server, probe, [f"load-{n}" for n in range(4)])
        large = large_index.row(server, work, rounds)
    finally:
        server.stop()
    measure.first_answer(work / "api-with", extension=True)
    measure.first_answer(work / "api-without", extension=False)
    for _ in range(rounds):
        without.append(measure.first_answer(work / "api-without", extension=False))
        with_it.append(measure.first_answer(work / "api-with", extension=True))
    median = statistics.median
    base = median(bare)
    grown = median(with_it) - median(without)
    p99 = percentile(delays, 0.99)
    start_ratio = median(first) / median(later)
    return [
        ("bare py-rattler process: solve and link", f"{base:.3f} s", "baseline", True),
        (
            "new lock, request to *ready*",
            f"{median(new):.3f} s = {median(new) / base:.2f}x",
            "at most 3x",
            median(new) <= 3 * base,
        ),
        (
            "known lock, request to *ready*",
            f"{median(known):.3f} s = {median(known) / base:.2f}x",
            "at most 0.2x",
            median(known) <= 0.2 * base,
        ),
        (
            "first kernel start in a new prefix, against a later one",
            f"{median(first):.3f} s / {median(later):.3f} s = {start_ratio:.2f}x",
            "at most 1.3x",
            start_ratio <= 1.3,
        ),
        (
            f"event loop delay while 4 builds run, p99 of {len(delays)} samples",
            f"{p99 * 1000:.1f} ms",
            "under 25 ms",
            p99 < 0.025,
        ),
        (
            "first answer of `GET /api`, with the extension against without",
            f"{median(with_it):.3f} s - {median(without):.3f} s = {grown:.3f} s",
            "under 0.3 s",
            grown < 0.3,
        ),
        large,
    ]


def report(rows: list[tuple[str, str, str, bool]], rounds: int) -> str:
    """The page."""
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`. Medians of interleaved runs in one session; compare the ratios,",
        "not the seconds of two machines.",
        "",
        f"- Machine: {machine()}",
        f"- Date: {datetime.date.today().isoformat()}; {rounds} rounds",
        f"- Environment: {' + '.join(measure.PACKAGES)}, package files in the cache; local channel",
        "  (`jupyter terrarium channel create`)",
        "",
        "| what | measured | allowed | |",
        "|---|---|---|---|",
    ]
    lines += [f"| {a} | {b} | {c} | {'met' if ok else '**missed**'} |" for a, b, c, ok in rows]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Measure, write the page, print it; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--no-write", action="store_true", help="print only")
    arguments = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="terrarium-bench-"))
    try:
        rows = run(arguments.rounds, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    text = report(rows, arguments.rounds)
    print(text)
    if not arguments.no_write:
        DOCS.write_text(text, "utf-8")
    return 0 if all(row[3] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
