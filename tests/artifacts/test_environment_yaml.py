from __future__ import annotations

from dataclasses import replace

import pytest
import yaml
from rattler import MatchSpec

from artifacts.conftest import MakeText
from jupyterlab_terrarium.artifacts.form import Subject
from jupyterlab_terrarium.artifacts.identity import Identity, identify_text
from jupyterlab_terrarium.conda.specification import read_specification
from jupyterlab_terrarium.models.lock import PlatformLock
from jupyterlab_terrarium.models.problem import NotFound
from jupyterlab_terrarium.models.specification import Specification
from jupyterlab_terrarium.services.opening import OpenStore
from support.builds import ANNA, create

BOTH = ["linux-64", "osx-arm64"]


def conda_reads(text: str) -> dict[str, MatchSpec]:
    """The conda entries as any YAML reader and conda's own grammar have them, by name."""
    entries = [one for one in yaml.safe_load(text)["dependencies"] if isinstance(one, str)]
    specs = [MatchSpec(entry) for entry in entries]
    return {spec.name.normalized: spec for spec in specs if spec.name is not None}


def package_names(part: PlatformLock) -> set[str]:
    return {package.name for package in part.conda}


def test_the_specification_comes_as_it_was_written(
    make_text: MakeText, specification_text: str
) -> None:
    assert make_text("environment-yaml") == specification_text


@pytest.mark.parametrize("platform", BOTH)
def test_pinned_yaml_names_every_package_file_by_build_and_hash(
    make_text: MakeText, subject: Subject, platform: str
) -> None:
    text = make_text("pinned-yaml", platform)
    specs = conda_reads(text)
    part = subject.part(platform)
    assert set(specs) == package_names(part)
    for package in part.conda:
        spec = specs[package.name]
        assert (str(spec.version), str(spec.build)) == (f"=={package.version}", package.build)
        assert spec.sha256 is not None and spec.sha256.hex() == package.sha256
    assert yaml.safe_load(text)["variables"] == subject.lock.variables
    assert identify_text(text) == Identity(
        "pinned-yaml", "anna", "data", 1, platform, subject.digest(platform)
    )


def test_pinned_yaml_is_solved_to_the_same_environment(
    make_text: MakeText, subject: Subject, built: OpenStore
) -> None:
    build = create(built, make_text("pinned-yaml"), name="pinned")
    assert build.problem is None
    lock = built.services.versions.lock(ANNA, "anna", "pinned", "1")
    again = built.services.versions.show(ANNA, "anna", "pinned", "1")
    assert [part.platform for part in lock.platforms] == ["linux-64"]
    assert again.notices == []
    assert subject.digest("linux-64") in {digest.digest for digest in again.platforms}


def test_portable_yaml_has_versions_and_what_one_platform_needs_as_a_selector(
    make_text: MakeText, subject: Subject
) -> None:
    text = make_text("portable-yaml")
    spec: Specification = read_specification(text)
    assert spec.platforms == BOTH
    assert not any(str(one.build) != "None" for one in conda_reads(text).values())
    found = {one.name: one for one in spec.conda}
    both = set.intersection(*(package_names(subject.part(platform)) for platform in BOTH))
    assert set(found) == both | {"terrarium-activate"}
    assert found["terrarium-activate"].platforms == ["linux-64", "linux-aarch64", "linux-ppc64le"]
    assert found["idna"].platforms is None
    idna = next(one for one in subject.part("linux-64").conda if one.name == "idna")
    assert found["idna"].matchspec == f"idna {idna.version}.*"
    assert {one.requirement for one in spec.pip} == {"hello==2.1", "hello-core==1.5"}
    assert spec.pip_options == subject.specification.pip_options
    assert identify_text(text) == Identity(
        "portable-yaml", "anna", "data", 1, None, subject.lock_digest
    )


def test_a_platform_that_the_lock_lacks_is_told(make_text: MakeText) -> None:
    with pytest.raises(NotFound, match="not locked for win-64"):
        make_text("pinned-yaml", "win-64")


def test_wheels_with_an_address_of_their_own_keep_it(make_text: MakeText, subject: Subject) -> None:
    hello, core = (one.url for one in subject.part("linux-64").pip)
    source = "https://h.example/hello_core-1.5.tar.gz"
    text = subject.specification_text.replace(
        "      - hello\n", f"      - {hello}\n      - hello-core @ {source}\n"
    )
    asked = replace(subject, specification=read_specification(text), specification_text=text)
    pinned = read_specification(make_text("pinned-yaml", of=asked))
    sha256 = subject.part("linux-64").pip[0].sha256
    assert [one.url for one in pinned.pip] == [f"{hello}#sha256={sha256}", source]
    assert core not in make_text("pinned-yaml", of=asked)
