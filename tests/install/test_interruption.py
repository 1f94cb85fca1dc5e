"""Kill -9, cancelling, a dying supervisor, two builds at once: the whole prefix or nothing."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from install_help import (
    another,
    build,
    cancel,
    finish,
    make_job,
    make_lock,
    make_package,
    processes_with,
    start_worker,
)

from jupyterlab_terrarium.models.lock import Lock
from jupyterlab_terrarium.store.flock import is_locked, try_lock
from jupyterlab_terrarium.store.paths import Layout
from jupyterlab_terrarium.store.prefixes import empty_trash, is_complete

SLEEPER = "sleep 31.4159"


@pytest.fixture
def many(channel: Path) -> Lock:
    """Packages with nearly a thousand files: enough to be interrupted anywhere."""
    return make_lock(
        [
            make_package(channel, f"p{n}", {f"share/{n}/{m}": f"{n} {m}" for m in range(60)})
            for n in range(15)
        ]
    )


@pytest.fixture
def sleeper(channel: Path) -> Lock:
    """A lock whose build starts grandchildren that sleep, one of them outside the process group."""
    script = f"setsid {SLEEPER} & {SLEEPER}\n"
    package = make_package(channel, "slow", {"bin/.slow-post-link.sh": script})
    return make_lock([package], run_link_scripts=["slow"])


def wait_until(condition: Callable[[], bool], seconds: float = 15.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_kill_at_random_moments_leaves_nothing_visible(root: Path, many: Lock) -> None:
    layout = Layout(root)
    chance = random.Random(4)
    reached: set[str] = set()
    job = make_job(root, another(many))
    started = time.monotonic()
    finish(start_worker(job), job).ready()
    whole = time.monotonic() - started
    for _ in range(8):
        job = make_job(root, another(many))
        process = start_worker(job)
        time.sleep((0.1 + chance.random()) * whole)
        cancel(process)
        log = layout.log(job["build_id"])
        phases = [
            event["phase"]
            for line in (log.read_text().splitlines() if log.exists() else [])
            if (event := json.loads(line))["kind"] == "phase"
        ]
        reached.add(phases[-1] if phases else "before")
        complete = is_complete(layout, job["digest"])
        prefix = layout.prefix(job["digest"])
        assert (complete is not None) == (prefix / ".terrarium/manifest.json").exists()
        assert not is_locked(layout.lock(job["digest"]))
        done = finish(start_worker(job), job).ready()
        assert len(list((done.prefix / "share").rglob("*"))) == 15 * 61
    assert len(reached) > 1, reached


def test_what_a_killed_worker_left_is_put_away_and_deleted_later(root: Path, many: Lock) -> None:
    job = make_job(root, many)
    process = start_worker(job)
    layout = Layout(root)
    assert wait_until(lambda: layout.prefix(job["digest"]).exists())
    cancel(process)
    done = finish(start_worker(job), job).ready()
    assert not list((layout.workers / "worker").iterdir())
    assert list(layout.trash.iterdir())
    assert empty_trash(layout) == 0
    assert not list(layout.trash.iterdir())
    assert is_complete(layout, job["digest"])
    assert done.prefix.is_dir()


@pytest.mark.parametrize("sandbox", ["auto", "plain"])
def test_cancelling_ends_everything_that_was_started(
    root: Path, sleeper: Lock, sandbox: str
) -> None:
    job = make_job(root, sleeper, sandbox=sandbox)
    process = start_worker(job)
    assert wait_until(lambda: len(processes_with(SLEEPER)) >= 2)
    start = time.monotonic()
    cancel(process)
    assert wait_until(lambda: not processes_with(SLEEPER), 2)
    assert time.monotonic() - start < 2
    assert is_complete(Layout(root), job["digest"]) is None


@pytest.mark.parametrize("sandbox", ["auto", "namespaces", "plain"])
def test_the_worker_and_its_grandchildren_end_with_the_supervisor(
    root: Path, sleeper: Lock, sandbox: str, tmp_path: Path
) -> None:
    job = make_job(root, sleeper, sandbox=sandbox)
    file = tmp_path / "job.json"
    file.write_text(json.dumps(job))
    supervisor = (
        "import os, subprocess, sys, time\n"
        "r, w = os.pipe()\n"
        "worker = [sys.executable, '-m', 'jupyterlab_terrarium.builds.worker', sys.argv[1]]\n"
        "env = {**os.environ, 'TERRARIUM_DEATH_PIPE': str(r)}\n"
        "subprocess.Popen(worker, pass_fds=[r], env=env, start_new_session=True)\n"
        "time.sleep(60)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", supervisor, str(file)],
        stdout=subprocess.DEVNULL,
    )
    assert wait_until(lambda: len(processes_with(SLEEPER)) >= 2)
    process.kill()
    process.wait()
    assert wait_until(lambda: not processes_with(SLEEPER), 2)
    assert wait_until(lambda: not processes_with(str(file)), 2)
    assert is_complete(Layout(root), job["digest"]) is None


def test_a_script_cannot_leave_a_process_behind(channel: Path, root: Path) -> None:
    script = f"setsid sh -c '{SLEEPER}' >/dev/null 2>&1 &\nexit 0\n"
    package = make_package(channel, "stray", {"bin/.stray-post-link.sh": script})
    for sandbox in ("plain", "namespaces"):
        lock = another(make_lock([package], run_link_scripts=["stray"]))
        build(root, lock, sandbox=sandbox).ready()
        assert not processes_with(SLEEPER)


def test_two_builds_of_one_lock_make_one_prefix(root: Path, many: Lock) -> None:
    jobs = [make_job(root, many, worker=f"slot{n}") for n in range(2)]
    processes = [start_worker(job) for job in jobs]
    first, second = (finish(p, job).ready() for p, job in zip(processes, jobs, strict=True))
    assert {first.result.reused, second.result.reused} == {True, False}
    waiting = first if first.result.reused else second
    assert "another build" in waiting.log or "is there already" in waiting.log
    assert len(list(Layout(root).prefixes.iterdir())) == 1


def test_two_builds_of_different_locks_run_side_by_side(channel: Path, root: Path) -> None:
    script = "sleep 1\n"
    package = make_package(channel, "slow", {"bin/.slow-post-link.sh": script})
    lock = make_lock([package], run_link_scripts=["slow"])
    start = time.monotonic()
    jobs = [make_job(root, another(lock), worker=f"slot{n}") for n in range(2)]
    processes = [start_worker(job) for job in jobs]
    outcomes = [finish(p, job).ready() for p, job in zip(processes, jobs, strict=True)]
    ran = [
        (event.time, outcome.events[-1].time)
        for outcome in outcomes
        for event in outcome.events
        if event.kind == "log" and "running the post-link script" in event.line
    ]
    assert max(begin for begin, _ in ran) < min(end for _, end in ran), time.monotonic() - start


def test_workers_of_one_slot_do_not_clear_each_other(root: Path, many: Lock) -> None:
    jobs = [make_job(root, another(many)) for _ in range(3)]
    processes = [start_worker(job) for job in jobs]
    for process, job in zip(processes, jobs, strict=True):
        finish(process, job).ready()


def test_a_waiting_worker_finds_the_prefix_although_a_kernel_holds_the_lock(
    root: Path, many: Lock
) -> None:
    job = make_job(root, many)
    done = finish(start_worker(job), job).ready()
    kernel = try_lock(done.layout.lock(job["digest"]), shared=True)
    assert kernel is not None
    with kernel:
        assert finish(start_worker(job), job).ready().result.reused


def test_a_lock_file_that_was_removed_meanwhile_is_not_trusted(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    first = try_lock(path)
    assert first is not None
    path.unlink()
    second = try_lock(path)
    assert second is not None
    taken = try_lock(path)
    assert taken is None
    first.release()
    assert is_locked(path)
    second.release()
    assert not is_locked(path)


def test_a_supervisor_that_does_not_listen_does_not_stop_the_log(root: Path, many: Lock) -> None:
    job = make_job(root, many)
    process = start_worker(job)
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    assert process.wait(60) == 0
    lines = Layout(root).log(job["build_id"]).read_text().splitlines()
    assert json.loads(lines[-1])["ok"] is True
