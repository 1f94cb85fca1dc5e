"""Whoever waits for the solver gets away: cancelled, at the time limit, at the end of the store."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import psutil
import pytest
from engine_help import gone, in_background

from jupyterlab_terrarium.builds.solver_client import SolverClient
from jupyterlab_terrarium.builds.solver_connection import SolveCancelled
from jupyterlab_terrarium.conda.channels import ChannelConfig
from jupyterlab_terrarium.conda.specification import read_specification
from jupyterlab_terrarium.models.problem import InvalidRequest, SolverUnavailable


def _uv(client: SolverClient) -> int | None:
    assert client.pid is not None
    return next((one.pid for one in psutil.Process(client.pid).children()), None)


def test_a_cancelled_solve_is_left_at_once_and_the_process_stops_working_on_it(
    client: SolverClient, hanging: str
) -> None:
    client.ping()
    pid = client.pid
    spec = read_specification(
        f"dependencies: [python, {{pip: ['--index-url {hanging}/simple', six]}}]\n"
    )
    cancelled = threading.Event()
    pending = in_background(lambda: client.solve(spec, cancelled=cancelled))
    deadline = time.monotonic() + 10
    while (uv := _uv(client)) is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert uv is not None
    started = time.monotonic()
    cancelled.set()
    with pytest.raises(SolveCancelled):
        pending.result(5)
    assert time.monotonic() - started < 0.5
    assert gone(uv)
    client.ping()
    assert client.pid == pid


def test_a_solve_that_was_cancelled_before_is_not_begun(client: SolverClient) -> None:
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(SolveCancelled):
        client.solve(read_specification("dependencies: [python]\n"), cancelled=cancelled)
    assert client.pid is None


def test_a_solve_that_could_be_cancelled_is_answered_like_any_other(client: SolverClient) -> None:
    spec = read_specification("dependencies: [python]\n")
    assert client.solve(spec, cancelled=threading.Event()).lock.platforms[0].conda


def test_closing_lets_everybody_go_even_when_the_process_hears_nothing(
    client: SolverClient,
) -> None:
    client.ping()
    pid = client.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    calls = [
        in_background(client.ping),
        # More than a pipe holds: this one is stuck in writing.
        in_background(lambda: client.read_lockfile("x" * 1_000_000)),
    ]
    time.sleep(0.3)
    closing = in_background(client.close)
    started = time.monotonic()
    with pytest.raises(SolverUnavailable, match="shut down"):
        calls[0].result(5)
    assert time.monotonic() - started < 0.5
    with pytest.raises(SolverUnavailable, match="shut down"):
        calls[1].result(8)
    closing.result(8)
    assert gone(pid)


@pytest.mark.parametrize("text", ["\ud800", "x" * 100])
def test_what_cannot_be_sent_is_refused_at_once_and_harms_nobody(
    client: SolverClient, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.ping()
    pid = client.pid
    if text.isascii():
        monkeypatch.setattr("jupyterlab_terrarium.builds.solver_connection.MAX_LINE", 80)
    pending = in_background(lambda: client.versions(text, channels=[], platform="linux-64"))
    with pytest.raises(InvalidRequest):
        pending.result(2)
    client.ping()
    assert client.pid == pid


def test_a_time_limit_is_said_in_words_and_is_no_internal_error(
    tmp_path: Path, channel_url: str, hanging: str
) -> None:
    client = SolverClient(tmp_path, ChannelConfig([channel_url]), timeout_s=1.0)
    try:
        with pytest.raises(SolverUnavailable, match=r"1 s without an answer.*time limit") as caught:
            client.probe(hanging, timeout=20)
    finally:
        client.close()
    assert caught.value.problem().status == 503
    assert "raise the solver's time limit" in caught.value.hint
