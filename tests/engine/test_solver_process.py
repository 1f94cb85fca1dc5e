from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from engine_help import gone, in_background

from jupyterlab_terrarium.builds import solver_calls
from jupyterlab_terrarium.builds.solver_client import SolverClient
from jupyterlab_terrarium.conda.channels import ChannelConfig
from jupyterlab_terrarium.conda.specification import read_specification
from jupyterlab_terrarium.models.problem import SolverUnavailable


def _solves(client: SolverClient) -> bool:
    lock = client.solve(read_specification("dependencies: [python]\n")).lock
    return "python" in {package.name for package in lock.platforms[0].conda}


def test_killed_while_it_works_the_request_is_asked_again(
    client: SolverClient, hanging: str
) -> None:
    client.ping()
    first = client.pid
    assert first is not None
    pending = in_background(lambda: client.probe(hanging, timeout=1.5))
    time.sleep(0.3)
    os.kill(first, signal.SIGKILL)
    assert pending.result(10) is False
    assert client.pid not in (None, first)
    assert gone(first)


def test_a_request_that_kills_the_process_is_an_error_and_the_next_one_is_served(
    client: SolverClient, hanging: str
) -> None:
    client.ping()
    killed: list[int] = []
    stop = threading.Event()

    def killer() -> None:
        while not stop.is_set():
            pid = client.pid
            if pid is not None and pid not in killed:
                killed.append(pid)
                time.sleep(0.5)
                os.kill(pid, signal.SIGSEGV)
            time.sleep(0.02)

    thread = threading.Thread(target=killer)
    thread.start()
    try:
        with pytest.raises(SolverUnavailable, match="more than once"):
            client.probe(hanging, timeout=20)
    finally:
        stop.set()
        thread.join()
    assert 2 <= len(killed) <= 3
    assert _solves(client)
    assert all(gone(pid) for pid in killed)


def test_over_its_memory_the_process_ends_with_a_reason_and_comes_back(
    tmp_path: Path, channel_url: str
) -> None:
    client = SolverClient(tmp_path, ChannelConfig([channel_url]), memory_limit_bytes=140 * 1024**2)
    try:
        client.ping()
        first = client.pid
        with pytest.raises(SolverUnavailable, match="140 MB"):
            client.read_lockfile("- [a, b]\n" * 110_000)
        assert _solves(client)
        assert client.pid != first
    finally:
        client.close()


def test_a_request_has_a_time_limit(tmp_path: Path, channel_url: str, hanging: str) -> None:
    client = SolverClient(tmp_path, ChannelConfig([channel_url]), timeout_s=1.5)
    try:
        client.ping()
        pid = client.pid
        started = time.monotonic()
        with pytest.raises(SolverUnavailable, match="without an answer"):
            client.probe(hanging, timeout=20)
        assert time.monotonic() - started < 4
        assert client.pid == pid
    finally:
        client.close()


def test_a_process_that_hangs_altogether_is_replaced(
    tmp_path: Path, channel_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solver_calls, "GRACE", 0.3)
    client = SolverClient(tmp_path, ChannelConfig([channel_url]), timeout_s=3)
    try:
        client.ping()
        stuck = client.pid
        assert stuck is not None
        os.kill(stuck, signal.SIGSTOP)
        with pytest.raises(SolverUnavailable, match="restarted"):
            client.ping()
        assert gone(stuck)
        client.ping()
    finally:
        client.close()


def test_closing_ends_the_process_and_what_waits_for_it(client: SolverClient, hanging: str) -> None:
    client.ping()
    pid = client.pid
    assert pid is not None
    pending = in_background(lambda: client.probe(hanging, timeout=20))
    time.sleep(0.2)
    client.close()
    assert gone(pid)
    with pytest.raises(SolverUnavailable, match="shut down"):
        pending.result(2)
    with pytest.raises(SolverUnavailable, match="shut down"):
        client.ping()


def test_it_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time\n"
        "from jupyterlab_terrarium.builds.solver_client import SolverClient\n"
        "client = SolverClient(sys.argv[1])\n"
        "client.ping()\n"
        "print(client.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    with parent.stdout:
        pid = int(parent.stdout.readline())
        assert psutil.pid_exists(pid)
        parent.kill()
        parent.wait()
    assert gone(pid, orphan=True)


def test_starting_in_the_background_makes_it_warm(client: SolverClient) -> None:
    assert client.pid is None
    client.start()
    deadline = time.monotonic() + 10
    while client.pid is None and time.monotonic() < deadline:
        time.sleep(0.01)
    pid = client.pid
    client.ping()
    assert client.pid == pid


def test_what_the_process_prints_goes_to_a_bounded_log(
    client: SolverClient, tmp_path: Path
) -> None:
    log = tmp_path / "store/logs/solver.log"
    log.parent.mkdir(parents=True)
    log.write_bytes(b"x" * (1024 * 1024 + 1))
    client.ping()
    connection = client._connection
    assert connection is not None and connection._process.stdin is not None
    connection._process.stdin.write(b"this is no request\n")
    connection._process.stdin.flush()
    client.ping()
    said = "a request was not understood\n"
    deadline = time.monotonic() + 10
    # For a moment there is no log: between the renaming of the old one and the new one's start.
    while time.monotonic() < deadline and not (log.exists() and log.read_text() == said):
        time.sleep(0.02)
    assert log.read_text() == said
    assert log.with_suffix(".log.1").exists()
