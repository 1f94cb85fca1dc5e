"""The channel's metadata makes solvers do what the packages were made for."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from channel_help import solve_in
from rattler import BuildString, GenericVirtualPackage, PackageName, Version


def names(records: list) -> dict[str, str]:
    return {record.name.normalized: str(record.version) for record in records}


def virtual(name: str, version: str) -> GenericVirtualPackage:
    return GenericVirtualPackage(PackageName(name), Version(version), BuildString("0"))


def test_python_is_tied_to_compiled_packages(channel: Path) -> None:
    found = solve_in(channel, "numpy")
    assert {"numpy", "python", "python_abi"} <= set(names(found))
    for record in found:
        assert record.sha256 is not None
        assert record.md5 is not None
        assert record.size
        assert record.timestamp is not None


def test_a_package_for_a_missing_gpu_is_refused_and_found_with_one(channel: Path) -> None:
    with pytest.raises(Exception, match="__cuda >=12"):
        solve_in(channel, "terrarium-needs-cuda", virtual_packages=[])
    found = solve_in(channel, "terrarium-needs-cuda", virtual_packages=[virtual("__cuda", "12.4")])
    assert names(found) == {"terrarium-needs-cuda": "1.0"}


def test_two_packages_exclude_each_other(channel: Path) -> None:
    assert names(solve_in(channel, "terrarium-conflict-a"))["terrarium-data"] == "1.0"
    assert names(solve_in(channel, "terrarium-conflict-b"))["terrarium-data"] == "2.0"
    with pytest.raises(Exception, match="terrarium-data"):
        solve_in(channel, "terrarium-conflict-a", "terrarium-conflict-b")


def test_an_as_of_date_finds_what_was_published_then(channel: Path) -> None:
    early = datetime(2024, 6, 1, tzinfo=timezone.utc)
    assert names(solve_in(channel, "terrarium-data", exclude_newer=early)) == {
        "terrarium-data": "1.0"
    }
    assert names(solve_in(channel, "terrarium-data")) == {"terrarium-data": "2.0"}


def test_stubs_can_be_solved_for_another_platform(channel: Path) -> None:
    found = solve_in(
        channel,
        *["python", "ipykernel", "numpy", "pandas", "matplotlib", "bash_kernel"],
        platforms=["osx-arm64", "noarch"],
        virtual_packages=[virtual("__osx", "14.0"), virtual("__unix", "0")],
    )
    assert {record.subdir for record in found} == {"osx-arm64", "noarch"}
    with pytest.raises(Exception, match="__osx"):
        solve_in(channel, "numpy", platforms=["osx-arm64", "noarch"], virtual_packages=[])


def test_the_big_package_is_big_because_it_does_not_compress(channel: Path) -> None:
    [record] = solve_in(channel, "terrarium-big")
    assert record.size is not None
    assert record.size >= 20_000_000


def test_packages_say_who_made_them_and_pose_as_nobody(channel: Path) -> None:
    for repodata in channel.glob("*/repodata.json"):
        text = repodata.read_text()
        assert "conda-forge" not in text
        for record in json.loads(text)["packages.conda"].values():
            assert record["license"]
