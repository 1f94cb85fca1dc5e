"""What is expected of a build is what builds like it took here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jupyterlab_terrarium.builds.estimates import (
    USUAL_RATIO,
    Sample,
    Work,
    expected_seconds,
    seconds_left,
    seconds_until_ready,
    unpacked_ratio,
    usual_seconds,
)
from jupyterlab_terrarium.models.build import BuildState

#: 10 packages: 1 s to download 1 MB, 2 s to link, 1 s to finish.
TEN = Sample(10, 0.5, 1.0, 2.0, 1.0, 1_000_000, 1_000_000, 3_000_000)
CACHED = replace(TEN, fetching=0.1, fetched=0)


def test_nothing_is_expected_without_a_history() -> None:
    assert expected_seconds([], Work(10, 0)) is None
    assert unpacked_ratio([]) == USUAL_RATIO


def test_a_build_like_one_before_takes_as_long() -> None:
    assert expected_seconds([TEN], Work(10, 1_000_000)) == 4.0
    assert expected_seconds([TEN, CACHED], Work(10, 0)) == pytest.approx(3.1)
    assert expected_seconds([TEN], Work(10, 1_000_000, solve=True)) == 4.5


def test_packages_and_bytes_count() -> None:
    assert expected_seconds([TEN], Work(20, 1_000_000)) == 7.0
    assert expected_seconds([TEN], Work(10, 3_000_000)) == 6.0


def test_one_slow_build_spoils_nothing() -> None:
    slow = replace(TEN, linking=500.0)
    assert expected_seconds([TEN, slow, TEN], Work(10, 1_000_000)) == 4.0


def test_builds_of_about_the_same_size_count_most() -> None:
    large = replace(TEN, packages=1000, linking=10.0, finishing=10.0)
    assert expected_seconds([TEN] * 20 + [large] * 9, Work(900, 0)) == pytest.approx(18.0)


def test_a_download_is_not_guessed_when_nothing_was_ever_downloaded() -> None:
    assert expected_seconds([CACHED], Work(10, 5_000_000)) is None


def test_the_disk_is_filled_as_by_the_prefixes_that_are_there() -> None:
    assert unpacked_ratio([TEN]) == 3.0
    assert unpacked_ratio([replace(TEN, package_bytes=0)]) == USUAL_RATIO


def test_a_build_ten_times_as_large_says_nothing() -> None:
    assert expected_seconds([TEN], Work(101, 0)) is None
    assert expected_seconds([TEN], Work(99, 0)) is not None


def test_a_store_whose_history_is_slow_expects_to_be_slow() -> None:
    slow = replace(TEN, fetching=10.0, linking=20.0, finishing=10.0)
    work = Work(10, 1_000_000)
    assert expected_seconds([slow], work) == 40.0
    assert expected_seconds([TEN], work) == 4.0


def test_checks_take_what_checks_of_their_kind_took() -> None:
    checked = replace(TEN, finishing=9.0, checks=(("import", 2.0), ("command", 6.0)))
    assert expected_seconds([checked], Work(10, 1_000_000)) == 4.0
    assert expected_seconds([checked], Work(10, 1_000_000, checks=("command",) * 2)) == 16.0
    assert expected_seconds([checked], Work(10, 1_000_000, checks=("notebook",))) == 4.0


EXPECTED = {
    BuildState.SOLVING: 1.0,
    BuildState.FETCHING: 10.0,
    BuildState.LINKING: 4.0,
    BuildState.FINISHING: 2.0,
}


def test_what_is_left_shrinks_as_the_build_goes_on() -> None:
    left = [
        seconds_left(EXPECTED, BuildState.SOLVING, 0.5),
        seconds_left(EXPECTED, BuildState.FETCHING, 4.0),
        seconds_left(EXPECTED, BuildState.FETCHING, 5.0, 0.5),
        seconds_left(EXPECTED, BuildState.LINKING, 0.0),
        seconds_left(EXPECTED, BuildState.FINISHING, 1.5),
    ]
    assert left == [16.5, 12.0, 11.0, 6.0, 0.5]


def test_a_download_that_crawls_counts_more_than_history_the_further_it_is() -> None:
    early = seconds_left(EXPECTED, BuildState.FETCHING, 10.0, 0.1)
    late = seconds_left(EXPECTED, BuildState.FETCHING, 90.0, 0.9)
    assert early == pytest.approx(0.1 * 90 + 0.9 * 9 + 6)
    assert late == pytest.approx(0.9 * 10 + 0.1 * 1 + 6)


def test_nothing_is_said_of_a_phase_that_takes_far_longer_than_ever() -> None:
    assert seconds_left(EXPECTED, BuildState.FINISHING, 5.9) == 0.0
    assert seconds_left(EXPECTED, BuildState.FINISHING, 6.1) is None
    assert seconds_left(None, BuildState.FINISHING, 0.1) is None
    assert seconds_left(EXPECTED, BuildState.READY, 0.1) is None


def test_who_waits_waits_for_those_before_and_for_a_place() -> None:
    waiting = [("a", 5.0), ("b", 1.0), ("c", 1.0)]
    assert seconds_until_ready([3.0], waiting, 2, None) == {"a": 5.0, "b": 4.0, "c": 5.0}
    assert seconds_until_ready([3.0], waiting, 1, None) == {"a": 8.0, "b": 9.0, "c": 10.0}


def test_a_build_of_which_nothing_is_known_is_taken_for_a_usual_one() -> None:
    waiting = [("a", None), ("b", 1.0)]
    assert seconds_until_ready([None], waiting, 1, 4.0) == {"a": 8.0, "b": 9.0}
    assert seconds_until_ready([None], waiting, 1, None) == {"a": None, "b": None}
    assert seconds_until_ready([], waiting, 2, None) == {"a": None, "b": 1.0}
    assert usual_seconds([TEN, TEN]) is None
    assert usual_seconds([TEN, replace(TEN, linking=90.0), TEN]) == 4.5
