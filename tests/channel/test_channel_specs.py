"""A converted version range admits the same versions as the original."""

from __future__ import annotations

import pytest
from packaging.specifiers import SpecifierSet
from rattler import BuildString, MatchSpec, PackageName, PackageRecord

from jupyterlab_terrarium.conda.channel_maker.names import conda_name
from jupyterlab_terrarium.conda.channel_maker.specs import conda_version, match_version

VERSIONS = [
    "0.9", "1.0", "1.0.1", "1.1", "1.1.0", "1.4.2", "1.4.5", "1.5", "1.10", "1.10.3", "2.0rc1",
    "2.0a1", "2.0.dev3", "2.0", "2.0.1", "2.0.post1", "2.1", "3.0", "10.0", "1!1.0", "2024.1",
]  # fmt: skip

RANGES = [
    "", ">=1", ">1", "<2", "<=2.0", "==1.0", "==1.*", "==1.1.*", "!=1.0", "!=1.1.*", "~=1.4",
    "~=1.4.2", "~=1.0", "===1.0", ">=1,<2", ">=1.1,!=1.4.*,<2.1", "<2.0rc2", ">=2.0a0", "==2.0rc1",
    ">=2024", "<1.5,>1.0", "==1!1.0",
]  # fmt: skip


def admits(spec: str, version: str) -> bool:
    record = PackageRecord("thing", conda_version(version), BuildString("0"), 0, "noarch")
    return MatchSpec(f"thing {spec}".strip()).matches(record)


@pytest.mark.parametrize("text", RANGES)
def test_the_range_admits_the_same_versions(text: str) -> None:
    specifiers = SpecifierSet(text)
    converted = match_version(specifiers)
    # conda puts 2.0.dev3 after 2.0a1, PEP 440 before it: no range can say the same about both.
    outside = {"2.0.dev3"} if "2.0a" in text or "2.0rc" in text else set()
    differing = [
        version
        for version in VERSIONS
        if version not in outside
        and specifiers.contains(version, prereleases=True) != admits(converted, version)
    ]
    assert differing == [], converted


@pytest.mark.parametrize(
    ("project", "expected"),
    [
        ("Pygments", "pygments"),
        ("typing_extensions", "typing_extensions"),
        ("python-dateutil", "python-dateutil"),
        ("jaraco.classes", "jaraco.classes"),
        ("stack-data", "stack_data"),
        ("msgpack", "msgpack-python"),
    ],
)
def test_names_are_those_of_the_conda_world(project: str, expected: str) -> None:
    assert conda_name(project) == expected
    assert PackageName(conda_name(project)).normalized == expected
