from __future__ import annotations

import pytest

from jupyterlab_terrarium.conda.virtual_packages import (
    detect_host,
    generic,
    unmet_requirements,
    virtual_packages,
)
from jupyterlab_terrarium.models.lock import CondaPackage, PlatformLock
from jupyterlab_terrarium.models.platforms import PLATFORMS
from jupyterlab_terrarium.models.problem import InvalidSpecification
from jupyterlab_terrarium.models.specification import RunsOn


def test_another_platform_gets_its_baseline() -> None:
    assert virtual_packages("linux-64", host="osx-64") == {
        "__archspec": "x86_64",
        "__glibc": "2.28",
        "__linux": "4.18",
        "__unix": "0",
    }
    assert virtual_packages("osx-arm64", host="linux-64")["__osx"] == "13.0"
    assert "__unix" not in virtual_packages("win-64", host="linux-64")


def test_the_hosts_platform_has_its_own_libc_but_the_baselines_processor() -> None:
    packages = virtual_packages("linux-64", host="linux-64")
    assert packages["__glibc"] == detect_host()["__glibc"]
    assert packages["__archspec"] == "x86_64"


@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_platform_has_cuda_unless_somebody_says_so(platform: str) -> None:
    assert "__cuda" not in virtual_packages(platform)


def test_runs_on_overrides_what_belongs_to_the_platform_and_nothing_else() -> None:
    wish = RunsOn(cuda="12.4", glibc="2.17", osx="14.0", archspec="x86_64_v3")
    linux = virtual_packages("linux-64", wish)
    assert (linux["__cuda"], linux["__glibc"], linux["__archspec"]) == (
        "12.4",
        "2.17",
        "x86_64_v3",
    )
    assert "__osx" not in linux
    mac = virtual_packages("osx-64", wish)
    assert mac["__osx"] == "14.0"
    assert "__cuda" not in mac and "__glibc" not in mac


def test_an_override_that_is_no_version_is_refused() -> None:
    with pytest.raises(InvalidSpecification, match="cuda"):
        virtual_packages("linux-64", RunsOn(cuda="new one"))


def test_the_microarchitecture_is_the_build_as_conda_has_it() -> None:
    assert [str(one) for one in generic({"__archspec": "x86_64_v3", "__glibc": "2.28"})] == [
        "__archspec=1=x86_64_v3",
        "__glibc=2.28=0",
    ]


def _part(*depends: str) -> PlatformLock:
    package = CondaPackage(
        name="a",
        version="1",
        build="0",
        subdir="linux-64",
        url="file:///c/linux-64/a-1-0.conda",
        channel="file:///c",
        sha256="0" * 64,
        depends=["python", *depends],
    )
    return PlatformLock(platform="linux-64", conda=[package])


def test_a_lock_from_elsewhere_says_what_this_machine_lacks() -> None:
    machine = {"__glibc": "2.28", "__archspec": "x86_64_v3", "__unix": "0"}
    fine = _part("__glibc >=2.17,<3.0.a0", "__archspec 1 x86_64_v2", "__unix")
    assert unmet_requirements(fine, machine) == []
    wanting = _part("__glibc >=2.34", "__cuda >=12", "__archspec 1 x86_64_v4")
    assert unmet_requirements(wanting, machine) == [
        ("a", "__archspec 1 x86_64_v4"),
        ("a", "__cuda >=12"),
        ("a", "__glibc >=2.34"),
    ]
