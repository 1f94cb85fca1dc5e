from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from engine_help import in_background, record, write_channel

from jupyterlab_terrarium.builds.solver_client import Solution, SolverClient
from jupyterlab_terrarium.conda.specification import read_specification
from jupyterlab_terrarium.models.build_problem import ChannelUnreachable, PackageMissing
from support.speed import quickest


def _solve(client: SolverClient, dependencies: str, more: str = "") -> Solution:
    return client.solve(read_specification(f"{more}dependencies: [{dependencies}]\n"))


def _names(solution: Solution) -> set[str]:
    return {package.name for package in solution.lock.platforms[0].conda}


def test_a_solve_brings_a_lock_with_the_scripts_in_it(shared_client: SolverClient) -> None:
    answer = _solve(shared_client, "python, numpy, terrarium-postlink", "variables: {A: b}\n")
    assert {"python", "numpy", "terrarium-postlink"} <= _names(answer)
    assert answer.lock.scripted(answer.lock.platforms[0].platform) == ["terrarium-postlink"]
    assert answer.lock.variables == {"A": "b"}
    assert answer.lock.channels[0].startswith("file://")
    assert 0 < answer.seconds < 30


def test_a_warm_solve_takes_a_moment(shared_client: SolverClient) -> None:
    text = "python, ipykernel, numpy, pandas"
    _solve(shared_client, text)

    def seconds() -> float:
        started = time.perf_counter()
        _solve(shared_client, text)
        return time.perf_counter() - started

    assert quickest(0.25, seconds) < 0.25


def test_errors_come_back_as_what_they_were(shared_client: SolverClient) -> None:
    with pytest.raises(PackageMissing) as caught:
        _solve(shared_client, "python, nunpy")
    assert caught.value.hint == "Did you mean numpy?"
    assert caught.value.errors[0].place is not None
    assert caught.value.raw
    with pytest.raises(ChannelUnreachable):
        _solve(shared_client, "a", "channels: ['file:///nothing']\n")


def test_search_and_versions_need_no_specification(shared_client: SolverClient) -> None:
    hits = shared_client.search("nump", channels=[], platform="linux-64", limit=5)
    assert [hit.name for hit in hits] == ["numpy"]
    found = shared_client.versions("numpy", channels=[], platform="linux-64")
    assert found.versions[0] == hits[0].latest


def test_lockfiles_are_written_and_read_by_the_process(shared_client: SolverClient) -> None:
    lock = _solve(shared_client, "python").lock
    back = shared_client.read_lockfile(shared_client.write_lockfile(lock))
    assert [one.sha256 for one in back.platforms[0].conda] == [
        one.sha256 for one in lock.platforms[0].conda
    ]


def test_a_pip_section_is_locked_too(shared_client: SolverClient) -> None:
    answer = _solve(shared_client, "python, {pip: ['six==1.17.0']}")
    assert [wheel.name for wheel in answer.lock.platforms[0].pip] == ["six"]


def test_many_threads_share_one_process(shared_client: SolverClient) -> None:
    shared_client.ping()
    pid = shared_client.pid
    wishes = ["python", "numpy", "pandas", "terrarium-data"] * 6
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda name: _solve(shared_client, name), wishes))
    assert all(name in _names(one) for name, one in zip(wishes, answers, strict=True))
    assert shared_client.pid == pid


def test_a_slow_request_does_not_hold_up_the_others(
    shared_client: SolverClient, hanging: str
) -> None:
    slow = in_background(lambda: shared_client.probe(hanging, timeout=2))
    time.sleep(0.1)
    started = time.monotonic()
    _solve(shared_client, "python")
    assert time.monotonic() - started < 1.5
    assert slow.result(5) is False


def test_a_channel_that_was_indexed_again_is_seen(
    shared_client: SolverClient, tmp_path: Path
) -> None:
    url = write_channel(tmp_path / "chan", [record("a", "1.0")])
    head = f"channels: ['{url}']\n"
    first = _solve(shared_client, "a", head).lock.platforms[0].conda[0]
    write_channel(tmp_path / "chan", [record("a", "1.0"), record("a", "2.0")])
    second = _solve(shared_client, "a", head).lock.platforms[0].conda[0]
    assert (first.version, second.version) == ("1.0", "2.0")
