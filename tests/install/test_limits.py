"""Size, time, memory and disk: a build that needs more ends, says why, and leaves nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from install_help import (
    EVENTS,
    Outcome,
    build,
    make_job,
    make_lock,
    make_package,
    processes_with,
)

from jupyterlab_terrarium.models.lock import Lock


def scripted(channel: Path, script: str) -> Lock:
    package = make_package(channel, "busy", {"bin/.busy-post-link.sh": script})
    return make_lock([package], run_link_scripts=["busy"])


def failed(done: Outcome, code: str) -> str:
    """The words of the problem, once it is sure that nothing visible is left."""
    assert (done.code, done.problem) == (1, code)
    assert not done.prefix.exists()
    assert done.result.problem is not None
    assert done.result.problem.hint
    assert "Traceback" not in done.result.problem.detail
    return done.result.problem.detail


def test_a_prefix_that_would_be_too_large_is_refused_before_it_is_linked(
    channel: Path, root: Path
) -> None:
    package = make_package(channel, "big", {"share/big": b"\0" * 3_000_000})
    done = build(root, make_lock([package]), limits={"max_bytes": 2_000_000})
    assert "3.0 MB of at most 2.0 MB" in failed(done, "limit-exceeded")
    assert not [event for event in done.events if getattr(event, "phase", "") == "linking"]
    build(root, make_lock([package]), limits={"max_bytes": 4_000_000}).ready()


def test_a_prefix_that_grows_too_large_is_stopped(channel: Path, root: Path) -> None:
    script = 'for n in 1 2 3 4 5 6; do head -c 900000 /dev/zero > "$PREFIX/$n"; done; sleep 20\n'
    start = time.monotonic()
    done = build(root, scripted(channel, script), limits={"max_bytes": 2_000_000})
    assert "larger than allowed" in failed(done, "limit-exceeded")
    assert time.monotonic() - start < 15


def test_a_build_that_takes_too_long_is_stopped_with_all_it_started(
    channel: Path, root: Path
) -> None:
    start = time.monotonic()
    done = build(
        root, scripted(channel, "sleep 16.18 & sleep 16.18\n"), limits={"max_seconds": 1.5}
    )
    assert "longer than 1.5 seconds" in failed(done, "time-limit")
    assert time.monotonic() - start < 10
    assert not processes_with("sleep 16.18")


def test_a_build_that_needs_too_much_memory_is_stopped(channel: Path, root: Path) -> None:
    # Eight shells hold 40 MB each in a variable: none of them is too large by itself. They hold it
    # longer than the last of them needs to get it on a machine that is busy.
    hold = "(x=$(head -c 40000000 /dev/zero | tr '\\0' a); sleep 100) &\n"
    limits = {"memory_bytes": 300_000_000}
    start = time.monotonic()
    done = build(root, scripted(channel, hold * 8 + "wait\n"), limits=limits)
    assert "more than 300.0 MB of memory" in failed(done, "out-of-memory")
    assert time.monotonic() - start < 90


def run_on_small_disk(directory: Path, job: dict[str, object], megabytes: int) -> Outcome:
    """Run a worker whose root is a file system of its own (in a namespace, so no rights needed)."""
    directory.mkdir(exist_ok=True)
    file = directory.with_name("job.json")
    file.write_text(json.dumps(job))
    command = (
        f"mount -t tmpfs -o size={megabytes}m none {directory} && "
        f"{sys.executable} -m jupyterlab_terrarium.builds.worker {file}; code=$?; "
        f"ls {directory}/prefixes; exit $code"
    )
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", command],
        capture_output=True,
    )
    lines = done.stdout.splitlines()
    events = [EVENTS.validate_json(line) for line in lines if line.startswith(b"{")]
    visible = [line for line in lines if not line.startswith(b"{")]
    assert not visible, visible
    return Outcome(done.returncode, events, job, done.stderr.decode())


def test_a_disk_that_is_too_small_is_noticed_before_anything_is_fetched(
    channel: Path, root: Path
) -> None:
    package = make_package(channel, "noise", {"share/noise": os.urandom(6_000_000)})
    done = run_on_small_disk(root, make_job(root, make_lock([package])), 30)
    assert "are free" in failed(done, "disk-full")


def test_a_disk_that_fills_up_during_the_build_is_explained(channel: Path, root: Path) -> None:
    package = make_package(channel, "zeros", {"share/zeros": b"\0" * 60_000_000})
    done = run_on_small_disk(root, make_job(root, make_lock([package])), 40)
    assert "no space left" in failed(done, "disk-full")


def test_a_root_that_cannot_be_written_is_explained(channel: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "store"
    blocked.mkdir()
    for name in ("logs", "workers"):
        (blocked / name).mkdir()
    (blocked / "prefixes").write_text("a file where a directory should be")
    package = make_package(channel, "one", {"share/one": "1"})
    done = build(blocked, make_lock([package]))
    assert done.code == 1
    assert done.result.problem is not None
    assert "prefixes" in done.result.problem.detail
