from __future__ import annotations

from dataclasses import replace

import pytest

from jupyterlab_terrarium.conda.wheel_tags import Target, best_wheel

LINUX = Target("linux-64", "3.11.7", "cp311", glibc="2.28")
MAC = Target("osx-arm64", "3.12.1", "cp312", osx="13.0")
WIN = Target("win-64", "3.12.1", "cp312")
PURE = "a-1-py3-none-any.whl"


@pytest.mark.parametrize(
    ("target", "wheels", "best"),
    [
        (LINUX, [PURE, "a-1-cp311-cp311-manylinux_2_17_x86_64.whl"], 1),
        (LINUX, ["a-1-cp311-cp311-manylinux_2_34_x86_64.whl", PURE], 1),
        (LINUX, ["a-1-cp312-cp312-manylinux_2_17_x86_64.whl"], None),
        (LINUX, ["a-1-cp37-abi3-manylinux2014_x86_64.whl", PURE], 0),
        (LINUX, ["a-1-cp311-cp311-musllinux_1_2_x86_64.whl"], None),
        (
            LINUX,
            ["a-1-cp311-cp311-manylinux1_x86_64.whl", "a-1-2-cp311-cp311-manylinux1_x86_64.whl"],
            1,
        ),
        (MAC, ["a-1-cp312-cp312-macosx_11_0_arm64.whl", PURE], 0),
        (MAC, ["a-1-cp312-cp312-macosx_14_0_arm64.whl", PURE], 1),
        (MAC, ["a-1-cp312-cp312-macosx_10_12_universal2.whl", PURE], 0),
        (MAC, ["a-1-cp312-cp312-macosx_11_0_x86_64.whl"], None),
        (WIN, ["a-1-cp312-cp312-win_amd64.whl", "a-1-cp312-cp312-win32.whl"], 0),
        (WIN, ["no wheel at all", "a-1.tar.gz"], None),
    ],
)
def test_the_most_specific_wheel_that_runs_is_chosen(
    target: Target, wheels: list[str], best: int | None
) -> None:
    assert best_wheel(wheels, target) == (None if best is None else wheels[best])


def test_free_threaded_python_takes_only_its_own_binaries() -> None:
    target = Target("linux-64", "3.13.1", "cp313t", glibc="2.36")
    plain = "a-1-cp313-cp313-manylinux_2_17_x86_64.whl"
    own = "a-1-cp313-cp313t-manylinux_2_17_x86_64.whl"
    assert best_wheel([plain], target) is None
    assert best_wheel([plain, own], target) == own


def test_uv_is_told_the_newest_libc_it_knows_that_is_not_too_new() -> None:
    assert LINUX.uv_platform == "x86_64-manylinux_2_28"
    assert replace(LINUX, glibc="2.30").uv_platform == "x86_64-manylinux_2_28"
    assert replace(LINUX, glibc="2.99").uv_platform == "x86_64-manylinux_2_40"
    assert replace(LINUX, glibc="2.12").uv_platform == "x86_64-manylinux_2_17"
    assert replace(LINUX, platform="linux-ppc64le").uv_platform is None
