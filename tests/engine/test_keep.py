"""*Keep what works*: only what must move moves."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from engine_help import JANUARY_2024, Solver, record, versions, write_channel

from jupyterlab_terrarium.conda.as_of import undated
from jupyterlab_terrarium.conda.specification import read_specification
from jupyterlab_terrarium.models.lock import Lock, PlatformLock
from jupyterlab_terrarium.models.problem import TerrariumError

DAY = 86_400_000


@pytest.fixture
def channel(tmp_path: Path) -> str:
    """Three packages, each in two versions, and one that only needs another."""
    names = ("a", "b", "c")
    return write_channel(
        tmp_path / "chan",
        [
            *(record(name, "1.0") for name in names),
            *(record(name, "2.0", timestamp=JANUARY_2024 + 10 * DAY) for name in names),
            record("needs-c", "1.0", "c"),
        ],
    )


@pytest.fixture
def old(solver: Solver, channel: str) -> Lock:
    """Everything as it was before the second versions came."""
    text = spec(channel, "a =1", "b", "needs-c") + "as-of: 2024-01-05\n"
    part = solver.solve(text)
    assert versions(part) == {"a": "1.0", "b": "1.0", "c": "1.0", "needs-c": "1.0"}
    return Lock(platforms=[part])


def spec(channel: str, *lines: str) -> str:
    return f"channels: [{channel}]\ndependencies: {list(lines)}\n"


def test_a_changed_line_moves_its_package_and_no_other(
    solver: Solver, channel: str, old: Lock
) -> None:
    part = solver.solve(spec(channel, "a =2", "b", "needs-c"), locked=old)
    assert versions(part) == {"a": "2.0", "b": "1.0", "c": "1.0", "needs-c": "1.0"}
    # A line that permits more than before is a new question too.
    assert versions(solver.solve(spec(channel, "a", "b"), locked=old)) == {"a": "2.0", "b": "1.0"}


def test_a_removed_line_takes_what_only_it_needed_along(
    solver: Solver, channel: str, old: Lock
) -> None:
    assert versions(solver.solve(spec(channel, "b"), locked=old)) == {"b": "1.0"}


def test_a_line_for_what_is_there_already_moves_nothing(
    solver: Solver, channel: str, old: Lock
) -> None:
    part = solver.solve(spec(channel, "a =1", "b", "c", "needs-c"), locked=old)
    assert versions(part) == versions(old.platforms[0])


def test_a_refresh_moves_everything(solver: Solver, channel: str) -> None:
    part = solver.solve(spec(channel, "a", "b", "needs-c"))
    assert versions(part) == {"a": "2.0", "b": "2.0", "c": "2.0", "needs-c": "1.0"}


def test_what_is_kept_is_locked_as_before(solver: Solver, channel: str, old: Lock) -> None:
    part = solver.solve(spec(channel, "a =1", "b", "needs-c"), locked=old)
    assert part == old.platforms[0]


def test_a_platform_that_was_not_locked_is_solved_afresh(
    solver: Solver, channel: str, old: Lock
) -> None:
    text = spec(channel, "b") + "platforms: [linux-64, osx-arm64]\n"
    Path(channel.removeprefix("file://"), "osx-arm64").mkdir()
    parts = solver.solve_all(text, locked=old)
    assert [versions(part)["b"] for part in parts] == ["1.0", "2.0"]


def test_what_comes_from_a_channel_that_is_listed_no_more_is_not_kept(
    solver: Solver, channel: str, old: Lock, tmp_path: Path
) -> None:
    other = write_channel(tmp_path / "other", [record("b", "3.0")])
    part = solver.solve(spec(other, "b"), locked=old)
    assert part.conda[0].version == "3.0" and part.conda[0].channel == other


def test_as_of_is_stronger_than_keeping(solver: Solver, channel: str) -> None:
    new = Lock(platforms=[solver.solve(spec(channel, "b"))])
    part = solver.solve(spec(channel, "b") + "as-of: 2024-01-05\n", locked=new)
    assert versions(part) == {"b": "1.0"}


def test_nothing_that_old_is_said_with_the_date(solver: Solver, channel: str) -> None:
    with pytest.raises(TerrariumError) as caught:
        solver.solve(spec(channel, "a >=2") + "as-of: 2024-01-05\n")
    assert "2024-01-05" in caught.value.hint and "later date" in caught.value.hint


def test_a_channel_without_dates_is_named(solver: Solver, tmp_path: Path) -> None:
    bare = {key: value for key, value in record("a").items() if key != "timestamp"}
    url = write_channel(tmp_path / "bare", [bare])
    text = spec(url, "a") + "as-of: 2020-01-01\n"
    part = solver.solve(text)
    assert versions(part) == {"a": "1.0"}
    (notice,) = undated(read_specification(text), Lock(platforms=[part]))
    assert url in notice.message and notice.path == "as-of"
    assert undated(read_specification(spec(url, "a")), Lock(platforms=[part])) == []


def test_a_lock_keeps_its_dates_when_it_is_kept_twice(
    solver: Solver, channel: str, old: Lock
) -> None:
    once = solver.solve(spec(channel, "b"), locked=old)
    twice: PlatformLock = solver.solve(
        spec(channel, "b"),
        locked=Lock(platforms=[once]),
        exclude_newer=datetime.datetime(2024, 1, 5, tzinfo=datetime.timezone.utc),
    )
    assert versions(twice) == {"b": "1.0"} and twice.conda[0].timestamp == JANUARY_2024
