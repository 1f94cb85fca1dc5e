"""A base image with other content is another one, whatever it is called."""

from __future__ import annotations

import os
from pathlib import Path

from jupyterlab_terrarium.artifacts.base_images import content_of_base, described
from jupyterlab_terrarium.artifacts.oci_image import ImageOptions
from jupyterlab_terrarium.models.artifact import ArtifactChoice
from jupyterlab_terrarium.models.policy import Policy
from jupyterlab_terrarium.services.artifact_choice import VersionChoice
from jupyterlab_terrarium.services.opening import OpenStore, StoreOptions
from support.builds import ANNA

UPON = ImageOptions(base="debian")


def test_an_image_is_made_anew_when_its_base_has_changed(built: OpenStore, tmp_path: Path) -> None:
    base = tmp_path / "debian"
    base.mkdir()
    (base / "index.json").write_text("{}")
    policy = Policy(image_bases={"debian": str(base)})
    store = OpenStore(StoreOptions(root=built.layout.root, policy=policy), builds=False)
    try:

        def asked(**options: str) -> str:
            choice = ArtifactChoice(options=options)
            which = VersionChoice("anna", "data", "1")
            with store.database.read() as session:
                chooser = store.services.artifacts.chooser
                return chooser.choose(session, ANNA, which, "oci-image", choice).key

        first, without = asked(base="debian"), asked()
        assert asked(base="debian") == first
        (base / "index.json").write_text('{"manifests": []}')
        assert asked(base="debian") != first
        assert asked() == without
    finally:
        store.close()


def test_the_file_of_a_base_is_known_by_its_time_and_size(tmp_path: Path) -> None:
    file = tmp_path / "debian.tar"
    file.write_bytes(b"1")
    before = content_of_base(UPON, {"debian": str(file)})
    assert before == content_of_base(UPON, {"debian": str(file)})
    os.utime(file, (1, 1))
    assert content_of_base(UPON, {"debian": str(file)}) != before


def test_a_reference_is_as_exact_as_it_is_written() -> None:
    one, other = ({"debian": f"docker://debian@sha256:{digit * 64}"} for digit in "ab")
    assert content_of_base(UPON, one) != content_of_base(UPON, other)
    assert content_of_base(ImageOptions(), one) == ""


def test_a_base_that_is_not_there_is_for_whoever_makes_the_image_to_tell(tmp_path: Path) -> None:
    assert content_of_base(UPON, {"debian": str(tmp_path / "gone")}) == ""
    assert content_of_base(UPON, {}) == ""


def test_people_choose_among_the_bases_that_there_are() -> None:
    found = described(ImageOptions, {"slim": "/srv/slim", "debian": "/srv/debian"})
    assert found["base"]["enum"] == ["", "debian", "slim"]
    assert "enum" not in found["path"]
