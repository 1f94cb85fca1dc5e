"""``make bench``: interleaved runs, medians, ratios; written to ``docs/benchmarks.md``.

``--only WORD`` measures the rows of functions with that word in their name, and writes nothing.
Nothing is deleted while it measures: on ext4 creating files right after deleting many is slow.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import psutil

from bench import (
    build_rows,
    download_rows,
    form_rows,
    large_index,
    link_rows,
    measure,
    queue_rows,
    scale_rows,
    size_rows,
    team_rows,
)
from bench.rows import Bench, Row, RowFunction
from jupyterlab_terrarium.conda.channel_maker.cached import ensure_cached_channel

DOCS = Path(__file__).parents[2] / "docs" / "benchmarks.md"
#: Everything that is measured, in the order of the report.
ROWS: list[RowFunction] = [
    build_rows.builds,
    build_rows.first_answer,
    large_index.plans_and_search,
    queue_rows.many_builds,
    queue_rows.one_lock,
    scale_rows.full,
    size_rows.sizes,
    team_rows.many_people,
    link_rows.use_as_kernel,
    form_rows.archive_and_image,
    download_rows.many_downloads_of_one,
]


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


def report(rows: list[Row], rounds: int) -> str:
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
    parser.add_argument("--only", metavar="WORD", help="only these rows; nothing is written")
    arguments = parser.parse_args()
    chosen = [
        function
        for function in ROWS
        if arguments.only is None
        or arguments.only in f"{function.__module__}.{function.__qualname__}"
    ]
    rows: list[Row] = []
    work = Path(tempfile.mkdtemp(prefix="terrarium-bench-"))
    try:
        bench = Bench(arguments.rounds, work, ensure_cached_channel().as_uri())
        for function in chosen:
            print(f"{function.__module__}.{function.__qualname__} ...", file=sys.stderr)
            rows += function(bench)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    text = report(rows, arguments.rounds)
    print(text)
    if not (arguments.no_write or arguments.only):
        DOCS.write_text(text, "utf-8")
    return 0 if rows and all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
