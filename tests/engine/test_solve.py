from __future__ import annotations

import asyncio
import datetime
from pathlib import Path

import pytest
from engine_help import JANUARY_2024, Solver, package, record, versions, write_channel

from jupyterlab_terrarium.conda.channels import ChannelConfig
from jupyterlab_terrarium.conda.gateways import GatewayPool
from jupyterlab_terrarium.conda.solve import solve_specification
from jupyterlab_terrarium.conda.specification import read_specification
from jupyterlab_terrarium.models.build_problem import SolveError
from jupyterlab_terrarium.models.digest import lock_digest
from jupyterlab_terrarium.models.lock import Lock
from jupyterlab_terrarium.models.problem import SolverUnavailable


def test_real_packages_are_solved_with_all_that_a_lock_needs(
    solver: Solver, channel_url: str
) -> None:
    text = f"channels: [{channel_url}]\ndependencies: [python, numpy>=2, pandas]\n"
    part = solver.solve(text)
    assert {"python", "numpy", "pandas", "python-dateutil"} <= versions(part).keys()
    for one in part.conda:
        assert len(one.sha256) == 64 and one.size > 0 and one.channel == channel_url
        assert one.url == f"{channel_url}/{one.subdir}/{one.file_name}"
    assert package(part, "numpy").requested == "numpy >=2"
    assert package(part, "python-dateutil").requested == ""
    assert package(part, "python-dateutil").noarch == "python"
    assert package(part, "python").python_site_packages_path
    assert package(part, "pandas").timestamp > JANUARY_2024
    assert [one.name for one in part.conda] == sorted(one.name for one in part.conda)


def test_the_same_question_gives_the_same_digest(solver: Solver, channel_url: str) -> None:
    first = solver.solve_all(f"channels: [{channel_url}]\ndependencies: [python, numpy]\n")
    other = solver.solve_all(f"channels: [{channel_url}]\ndependencies: [numpy, python]\n")
    assert lock_digest(Lock(platforms=first)) == lock_digest(Lock(platforms=other))


def test_every_platform_of_the_specification_is_solved(solver: Solver, channel_url: str) -> None:
    parts = solver.solve_all(
        f"channels: [{channel_url}]\nplatforms: [osx-arm64, linux-64]\n"
        "dependencies:\n- python\n- numpy  # [osx]\n"
    )
    assert [part.platform for part in parts] == ["osx-arm64", "linux-64"]
    assert "numpy" in versions(parts[0])
    assert "numpy" not in versions(parts[1])
    assert package(parts[0], "python").subdir == "osx-arm64"
    assert parts[0].virtual_packages["__osx"] == "13.0"


def test_strict_priority_takes_a_package_from_the_first_channel_that_has_it(
    solver: Solver, tmp_path: Path
) -> None:
    first = write_channel(tmp_path / "first", [record("a", "1.0")])
    second = write_channel(tmp_path / "second", [record("a", "2.0"), record("b", "1.0", "a")])
    channels = f"channels: [{first}, {second}]\n"
    assert versions(solver.solve(channels + "dependencies: [a, b]")) == {"a": "1.0", "b": "1.0"}
    with pytest.raises(SolveError) as caught:
        solver.solve(channels + "dependencies:\n- a>=2\n")
    assert "priority" in caught.value.hint and "channel::package" in caught.value.hint
    flexible = channels + "channel-priority: flexible\ndependencies: [a>=2]\n"
    assert versions(solver.solve(flexible)) == {"a": "2.0"}


def test_a_channel_before_a_package_counts_even_when_it_is_listed_nowhere(
    solver: Solver, tmp_path: Path
) -> None:
    first = write_channel(tmp_path / "first", [record("a", "1.0"), record("b", "1.0")])
    other = write_channel(tmp_path / "other", [record("a", "2.0"), record("b", "2.0")])
    text = f"channels: [{first}]\ndependencies: ['{other}::a', b]\n"
    part = solver.solve(text)
    assert versions(part) == {"a": "2.0", "b": "1.0"}
    assert package(part, "a").requested == f"{other}::a"


def test_a_channel_before_a_package_may_be_a_name(tmp_path: Path) -> None:
    write_channel(tmp_path / "team", [record("a", "2.0")])
    first = write_channel(tmp_path / "first", [record("a", "1.0")])
    config = ChannelConfig(alias=tmp_path.as_uri())
    part = Solver(tmp_path / "cache", config).solve(
        f"channels: [{first}]\ndependencies: ['team::a']\n"
    )
    assert versions(part) == {"a": "2.0"}


def test_packages_published_later_do_not_exist(solver: Solver, tmp_path: Path) -> None:
    day = 86_400_000
    url = write_channel(
        tmp_path / "chan",
        [record("a", "1.0"), record("a", "2.0", timestamp=JANUARY_2024 + 10 * day)],
    )
    # 04:30 in a zone that is five hours ahead is still the evening before in UTC.
    zone = datetime.timezone(datetime.timedelta(hours=5))
    moment = datetime.datetime(2024, 1, 11, 4, 30, tzinfo=zone)
    text = f"channels: [{url}]\ndependencies: [a]\n"
    assert versions(solver.solve(text, exclude_newer=moment)) == {"a": "1.0"}
    later = moment + datetime.timedelta(hours=1)
    assert versions(solver.solve(text, exclude_newer=later)) == {"a": "2.0"}


def test_a_package_without_sha256_cannot_be_locked(solver: Solver, tmp_path: Path) -> None:
    bare = {key: value for key, value in record("a").items() if key != "sha256"}
    url = write_channel(tmp_path / "chan", [bare])
    with pytest.raises(SolveError, match="no SHA-256"):
        solver.solve(f"channels: [{url}]\ndependencies: [a]\n")


def test_repeated_requirements_intersect_and_both_are_remembered(
    solver: Solver, small_channel: str
) -> None:
    text = f"channels: [{small_channel}]\ndependencies:\n- numpy>=1\n- numpy<2\n"
    part = solver.solve(text)
    assert versions(part)["numpy"] == "1.20"
    assert "<2" in package(part, "numpy").requested and ">=1" in package(part, "numpy").requested


def test_runs_on_lets_a_gpu_environment_be_solved_without_a_gpu(
    solver: Solver, small_channel: str
) -> None:
    text = f"channels: [{small_channel}]\nruns-on:\n  cuda: '12.4'\ndependencies: [torch]\n"
    part = solver.solve(text)
    assert versions(part) == {"torch": "2.0"}
    assert part.virtual_packages["__cuda"] == "12.4"


def test_the_time_for_one_platform_is_limited(solver: Solver, channel_url: str) -> None:
    text = f"channels: [{channel_url}]\ndependencies: [python, pandas, matplotlib]\n"
    with pytest.raises(SolverUnavailable, match="within its time limit"):
        solver.solve(text, timeout=1e-6)


def test_an_index_cannot_send_packages_out_of_the_prefix(solver: Solver, tmp_path: Path) -> None:
    url = write_channel(
        tmp_path / "chan",
        [
            record("python", "3.12.1", subdir="linux-64", python_site_packages_path=path)
            | {"build": build, "fn": f"python-3.12.1-{build}.conda"}
            for build, path in (
                ("evil", "lib/../../../victim/lib/site-packages"),
                ("good", "lib/python3.12t/site-packages"),
            )
        ],
    )
    head = f"channels: ['{url}']\ndependencies: "
    evil = package(solver.solve(head + "['python=3.12.1=evil']"), "python")
    good = package(solver.solve(head + "['python=3.12.1=good']"), "python")
    assert evil.python_site_packages_path == ""
    assert good.python_site_packages_path == "lib/python3.12t/site-packages"


def test_the_gateway_sees_a_local_channel_that_was_indexed_again(tmp_path: Path) -> None:
    pool = GatewayPool(tmp_path / "cache")
    url = write_channel(tmp_path / "chan", [record("a", "1.0")])
    config = ChannelConfig([url])
    spec = read_specification("dependencies: [a]")

    async def solve() -> str:
        gateway = pool.get(config, [url])
        (part,) = await solve_specification(spec, gateway=gateway, config=config)
        return versions(part)["a"]

    async def work() -> list[str]:
        found = [await solve()]
        write_channel(tmp_path / "chan", [record("a", "1.0"), record("a", "2.0")])
        return [*found, await solve()]

    assert asyncio.run(work()) == ["1.0", "2.0"]
