"""Images and a real registry: bases come from it, and it takes what we make."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefix_forms import Version, run
from registries import registry

from install.install_help import PLATFORM
from jupyterlab_terrarium.artifacts.identity import LABEL
from jupyterlab_terrarium.artifacts.problem import FormImpossible


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, base_image: Path) -> Iterator[str]:
    """A registry that has the base image."""
    home = tmp_path_factory.mktemp("registry")
    with pytest.MonkeyPatch.context() as patch, registry(home) as found:
        patch.setenv("HOME", str(home))
        run("skopeo", "copy", f"oci:{base_image}:base", f"docker://{found}/team/base:12")
        yield found


def test_a_base_from_a_registry_is_the_same_as_its_layout(
    address: str, moving: Version, base_image: Path
) -> None:
    made = [
        moving.make_in(
            moving.prefixes[0], "oci-image", moving.subject, {"bases": {"base": one}}, base="base"
        )
        for one in (str(base_image), f"docker://{address}/team/base:12")
    ]
    assert made[0].read_bytes() == made[1].read_bytes()


def test_a_base_that_the_registry_does_not_have_is_refused_in_words(
    address: str, moving: Version
) -> None:
    bases = {"bases": {"base": f"docker://{address}/team/other:12"}}
    with pytest.raises(FormImpossible, match="could not be fetched"):
        moving.make_in(moving.prefixes[0], "oci-image", moving.subject, bases, base="base")


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_a_registry_takes_an_image(address: str, moving: Version, compression: str) -> None:
    image = moving.make("oci-image", compression=compression)
    run("skopeo", "copy", f"oci-archive:{image}", f"docker://{address}/team/analysis:3")
    document = json.loads(run("skopeo", "inspect", f"docker://{address}/team/analysis:3"))
    assert document["Labels"][f"{LABEL}digest"] == moving.subject.digest(PLATFORM)
