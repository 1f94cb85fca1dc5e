"""What is expected of a build is what builds like it took here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jupyterlab_terrarium.services.estimates import (
    USUAL_RATIO,
    Sample,
    Work,
    expected_seconds,
    unpacked_ratio,
)

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
