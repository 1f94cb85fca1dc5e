"""Following a build on a terminal: one line that is rewritten, or plain lines elsewhere."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TextIO

from ..models.build import ENDED, Build, BuildState
from . import texts
from .port import Port

_BAR = 20
_WAIT_SECONDS = 2.0
_PLAIN_SECONDS = 5.0
_DOING = {
    BuildState.QUEUED: "waiting for its turn",
    BuildState.SOLVING: "solving",
    BuildState.FETCHING: "fetching packages",
    BuildState.LINKING: "linking packages",
    BuildState.FINISHING: "finishing",
}


def describe(build: Build) -> str:
    """A build's progress in words: phase, packages n/N, bytes, the time that is left."""
    progress = build.progress
    if build.state in ENDED:
        return build.state.value
    parts = [_DOING[build.state]]
    if build.state is BuildState.QUEUED:
        if build.position is not None and build.position > 1:
            parts.append(f"{build.position - 1} before it")
        if progress.current:
            parts.append(progress.current)
    if progress.packages_total:
        parts.append(f"{progress.packages_done}/{progress.packages_total} packages")
    if progress.bytes_total and build.state is BuildState.FETCHING:
        parts.append(f"{texts.size(progress.bytes_done)} of {texts.size(progress.bytes_total)}")
    if progress.seconds_left is not None:
        left = texts.about(progress.seconds_left)
        parts.append(f"ready in {left}" if build.state is BuildState.QUEUED else f"{left} left")
    return ", ".join(parts)


def _share(build: Build) -> float | None:
    progress = build.progress
    if progress.bytes_total and build.state is BuildState.FETCHING:
        return min(1.0, progress.bytes_done / progress.bytes_total)
    if progress.packages_total:
        return min(1.0, progress.packages_done / progress.packages_total)
    return None


class Line:
    """One line on a terminal that is rewritten and at last taken away; nothing elsewhere."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self.rewrites = self._stream.isatty()
        self._last = ""

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def show(self, text: str) -> None:
        """Write *text* over what was there, cut to the terminal's width."""
        text = text[: max(20, shutil.get_terminal_size().columns - 1)]
        if self.rewrites and text != self._last:
            self._last = text
            self._stream.write(f"\r\x1b[2K{text}")
            self._stream.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self.rewrites and self._last:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()
            self._last = ""


class ProgressView:
    """Shows how far a build is, on standard error."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self.line = Line(self._stream)
        self._last = ""
        self._phase: BuildState | None = None
        self._moment = 0.0
        self._seen = 0

    def show(self, build: Build) -> None:
        """Show *build* when something about it has changed."""
        label = f"{build.environment}@{build.version}"
        if self.line.rewrites:
            if build.state not in ENDED:
                self._rewrite(label, build)
            return
        self._passed(label, build)
        if build.state in ENDED:
            return
        text = f"{label}: {describe(build)}"
        new_phase = build.state is not self._phase
        if text != self._last and (new_phase or time.monotonic() > self._moment + _PLAIN_SECONDS):
            self._last, self._phase, self._moment = text, build.state, time.monotonic()
            print(text, file=self._stream, flush=True)

    def _passed(self, label: str, build: Build) -> None:
        """Phases that came and went between two looks are said too."""
        for entered in build.phases[self._seen :]:
            if entered.phase is not build.state:
                print(f"{label}: {_DOING[entered.phase]}", file=self._stream, flush=True)
        self._seen = len(build.phases)

    def _rewrite(self, label: str, build: Build) -> None:
        share = _share(build)
        bar = ""
        if share is not None:
            full = int(share * _BAR)
            bar = f" [{'#' * full}{'.' * (_BAR - full)}] {share:4.0%}"
        text = f"{label}{bar}  {describe(build)}"
        if build.progress.current:
            text += f"  {build.progress.current}"
        self.line.show(text)


def follow(port: Port, build_id: str, after: int) -> Build:
    """Show a build until it has ended. *after*: an event number from before it began."""
    view = ProgressView()
    try:
        while True:
            build = port.build(build_id)
            view.show(build)
            if build.state in ENDED:
                return build
            after = port.changed(after, _WAIT_SECONDS)
    finally:
        view.line.clear()


def durations(build: Build) -> str:
    """How long a build took and where the time went, e.g. ``4.1 s (solving 0.3 s, ...)``."""
    if build.started is None or build.finished is None:
        return ""
    total = texts.seconds((build.finished - build.started).total_seconds())
    spent = [
        f"{phase.phase.value} {texts.seconds(phase.seconds)}"
        for phase in build.phases
        if phase.seconds is not None and phase.phase not in (*ENDED, BuildState.QUEUED)
    ]
    return f"{total} ({', '.join(spent)})" if spent else total
