"""What every module of rows is given, and what it gives back.

A module has functions ``(Bench) -> list[Row]``; ``run.py`` lists them in ``ROWS``. Each makes what
it needs below ``Bench.work`` and stops what it started.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from support.servers import JupyterProcess


class Row(NamedTuple):
    """A row of the report: what, the measured value, the allowed value, whether it is met."""

    what: str
    measured: str
    allowed: str
    met: bool


@dataclass(frozen=True)
class Bench:
    """One session: *rounds* samples of each thing, files below *work*, the local *channel*."""

    rounds: int
    work: Path
    channel: str

    @contextmanager
    def server(
        self, name: str, *options: str, extensions: tuple[str, ...] = ("jupyterlab_terrarium",)
    ) -> Iterator[JupyterProcess]:
        """A Jupyter server with a store of its own below *work*/*name*."""
        home = self.work / name
        server = JupyterProcess(home, home / "store", self.channel, *options, extensions=extensions)
        server.start()
        try:
            yield server
        finally:
            server.stop()


RowFunction = Callable[[Bench], list[Row]]


def percentile(samples: list[float], share: float) -> float:
    """The sample below which *share* of the samples lie."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def ratio_row(what: str, measured: list[float], base: list[float], limit: float) -> Row:
    """A row that compares two medians of seconds; at most *limit* times the base is allowed."""
    one, other = statistics.median(measured), statistics.median(base)
    return Row(
        what,
        f"{one:.3f} s / {other:.3f} s = {one / other:.2f}x",
        f"at most {limit:g}x",
        one <= limit * other,
    )
