from __future__ import annotations

from pathlib import Path

import pytest
import tomli
from rattler import LockFile, MatchSpec

from artifacts.conftest import MakeText
from jupyterlab_terrarium.artifacts.form import Subject
from jupyterlab_terrarium.artifacts.identity import Identity, identify_text
from jupyterlab_terrarium.conda.pixi_lock import read_pixi_lock
from jupyterlab_terrarium.models.digest import lock_digest


@pytest.fixture
def lockfile(make_text: MakeText, tmp_path: Path) -> Path:
    path = tmp_path / "pixi.lock"
    path.write_text(make_text("pixi-lock"))
    return path


def test_rattler_reads_every_package_file_with_its_hash(lockfile: Path, subject: Subject) -> None:
    environment = LockFile.from_path(lockfile).default_environment()
    assert environment is not None
    platforms = {platform.name: platform for platform in environment.platforms()}
    assert set(platforms) == {"linux-64", "osx-arm64"}
    for part in subject.lock.platforms:
        packages = environment.packages(platforms[part.platform]) or []
        found = {
            (one.name, one.location.rsplit("/", 1)[1], one.hashes.sha256.hex())
            for one in packages
            if one.hashes is not None and one.hashes.sha256 is not None
        }
        assert found == {(one.name, one.file_name, one.sha256) for one in part.files}


def test_it_is_read_back_whole_and_says_what_it_is(lockfile: Path, subject: Subject) -> None:
    text = lockfile.read_text()
    assert read_pixi_lock(text) == subject.lock
    assert identify_text(text) == Identity(
        "pixi-lock", "anna", "data", 1, None, subject.lock_digest
    )


def test_what_rattler_writes_of_it_is_read_too(lockfile: Path, subject: Subject) -> None:
    LockFile.from_path(lockfile).to_path(lockfile)
    assert "version: 7" in lockfile.read_text()
    lock = read_pixi_lock(lockfile.read_text())
    bare = subject.lock.model_copy(update={"variables": {}})
    assert lock_digest(lock) == lock_digest(bare)


def test_the_manifest_asks_for_what_was_asked_for(make_text: MakeText, subject: Subject) -> None:
    text = make_text("pixi-toml")
    manifest = tomli.loads(text)
    assert manifest["workspace"]["name"] == "data"
    assert manifest["workspace"]["platforms"] == ["linux-64", "osx-arm64"]
    assert manifest["workspace"]["channels"] == subject.lock.channels
    assert manifest["dependencies"] == {"python": "*", "idna": "*"}
    assert manifest["target"]["linux-64"]["dependencies"] == {"terrarium-activate": "*"}
    assert manifest["pypi-dependencies"] == {"hello": "*"}
    assert manifest["pypi-options"]["find-links"] == [
        {"url": subject.specification.pip_options["find-links"][0]}
    ]
    assert manifest["activation"]["env"] == subject.lock.variables
    for name, version in manifest["dependencies"].items():
        MatchSpec(f"{name} {version}")
    assert identify_text(text) == Identity(
        "pixi-toml", "anna", "data", 1, None, subject.lock_digest
    )
